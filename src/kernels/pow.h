/* Pow's exponent, whose type may differ from the base's: struct elementwise's mode is its enum element. */
#ifndef LLTFI_KERNELS_POW_H
#define LLTFI_KERNELS_POW_H

#include "numbers.h"
#include "value.h"

/* Whether it needs double precision: values of this type may not fit into a float's 24 bits. */
INLINE bool exponent_is_wide(int type)
{
    return type == NUMBER_DOUBLE || type == NUMBER_INT32 || type == NUMBER_UINT32 || type == NUMBER_INT64 ||
           type == NUMBER_UINT64;
}

INLINE bool exponent_is_integer(int type)
{
    return type != NUMBER_FLOAT && type != NUMBER_DOUBLE && type != NUMBER_FLOAT16 && type != NUMBER_BFLOAT16;
}

INLINE bool exponent_is_signed(int type)
{
    return type == NUMBER_INT8 || type == NUMBER_INT16 || type == NUMBER_INT32 || type == NUMBER_INT64;
}

/* A float or an integer of up to 64 bits (of which double precision keeps 53). */
INLINE double exponent_as_double(const void *x, int type, int64_t i)
{
    switch (type) {
    case NUMBER_FLOAT:
        return (double)((const float *)x)[i];
    case NUMBER_DOUBLE:
        return ((const double *)x)[i];
    case NUMBER_FLOAT16:
        return (double)((const _Float16 *)x)[i];
    case NUMBER_BFLOAT16:
        return (double)widen_bfloat16(((const __bf16 *)x)[i]);
    case NUMBER_UINT64:
        return (double)((const uint64_t *)x)[i];
    default:
        return (double)(int64_t)number_integer(x, type, i);
    }
}

INLINE uint64_t exponent_as_integer(const void *x, int type, int64_t i)
{
    return number_integer(x, type, i);
}

/* By squaring. A negative exponent gives what an integer can hold of the fraction: 1, -1 or 0. */
INLINE uint64_t integer_power(int64_t base, uint64_t exponent, bool is_signed)
{
    uint64_t square = (uint64_t)base, result = 1;

    if (is_signed && (int64_t)exponent < 0 && base != 1 && base != -1)
        return 0;
    for (uint64_t rest = exponent; rest != 0 && square != 1; rest >>= 1) {
        if (rest & 1)
            result *= square;
        square *= square;
    }
    return result;
}

#endif
