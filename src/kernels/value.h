/* Elements as numbers: the types that T's arithmetic is done in, and rounding back to T. */
#ifndef LLTFI_KERNELS_VALUE_H
#define LLTFI_KERNELS_VALUE_H

#include "kernel.h"

/* The type of T's sums and products: unsigned for integers, which then wrap around; float for the short floats. */
#define WRAP                              \
    __typeof__(_Generic((T)0,             \
                   float: 0.0f,           \
                   double: 0.0,           \
                   _Float16: 0.0f,        \
                   __bf16: 0.0f,          \
                   int64_t: (uint64_t)0,  \
                   uint64_t: (uint64_t)0, \
                   default: (uint32_t)0))

INLINE uint32_t float_bits(float value)
{
    union {
        float value;
        uint32_t bits;
    } u = { .value = value };

    return u.bits;
}

INLINE float bits_float(uint32_t bits)
{
    union {
        uint32_t bits;
        float value;
    } u = { .bits = bits };

    return u.value;
}

/*
 * bfloat16 to float and back (to nearest, ties to even) by integer arithmetic: the compiler's conversions call a
 * library that need not be there, or use an instruction that flushes subnormal numbers.
 */
INLINE __bf16 round_bfloat16(float value)
{
    uint32_t bits = float_bits(value);
    uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    union {
        uint16_t bits;
        __bf16 value;
    } u = { .bits = (uint16_t)(value == value ? rounded : bits >> 16 | 0x40) };

    return u.value;
}

INLINE float widen_bfloat16(__bf16 value)
{
    union {
        __bf16 value;
        uint16_t bits;
    } u = { .value = value };

    return bits_float((uint32_t)u.bits << 16);
}

/* An element as ACC. */
#define WIDEN(element) _Generic((element), __bf16: widen_bfloat16((__bf16)(element)), default: (ACC)(element))

/* A number as T: floats rounded, integers cut off. */
#define NARROW(value) _Generic((T)0, __bf16: round_bfloat16((float)(value)), default: (T)(value))

/* The larger and the smaller of two; NaN if one of them is NaN. */
#define LARGER(a, b)                   \
    ({                                 \
        const __typeof__(a) a_ = (a);  \
        const __typeof__(a) b_ = (b);  \
        b_ != b_ || a_ < b_ ? b_ : a_; \
    })
#define SMALLER(a, b)                  \
    ({                                 \
        const __typeof__(a) a_ = (a);  \
        const __typeof__(a) b_ = (b);  \
        b_ != b_ || b_ < a_ ? b_ : a_; \
    })

/* A float variable as an integer: rounded towards zero; the nearest one if it is out of range; 0 for NaN. `limit` is
 * the power of two after the largest integer. */
#define TO_INTEGER(value, type, least, most, limit) \
    ((value) >= (limit) ? (most) : (value) < (least) ? (least) : (value) == (value) ? (type)(value) : 0)

#endif
