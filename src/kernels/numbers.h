/* Elements whose type is a parameter: the numbers of enum element, which a kernel can't include. */
#ifndef LLTFI_KERNELS_NUMBERS_H
#define LLTFI_KERNELS_NUMBERS_H

#include "kernel.h"

enum number {
    NUMBER_FLOAT = 1,
    NUMBER_UINT8 = 2,
    NUMBER_INT8 = 3,
    NUMBER_UINT16 = 4,
    NUMBER_INT16 = 5,
    NUMBER_INT32 = 6,
    NUMBER_INT64 = 7,
    NUMBER_STRING = 8,
    NUMBER_BOOL = 9,
    NUMBER_FLOAT16 = 10,
    NUMBER_DOUBLE = 11,
    NUMBER_UINT32 = 12,
    NUMBER_UINT64 = 13,
    NUMBER_BFLOAT16 = 16,
    NUMBER_FLOAT8E4M3FN = 17,
    NUMBER_FLOAT8E4M3FNUZ = 18,
    NUMBER_FLOAT8E5M2 = 19,
    NUMBER_FLOAT8E5M2FNUZ = 20,
    NUMBER_UINT4 = 21,
    NUMBER_INT4 = 22,
    NUMBER_FLOAT4E2M1 = 23,
    NUMBER_FLOAT8E8M0 = 24,
    NUMBER_UINT2 = 25,
    NUMBER_INT2 = 26
};

/* Element i of an integer array, sign-extended to 64 bits. */
INLINE uint64_t number_integer(const void *x, int type, int64_t i)
{
    switch (type) {
    case NUMBER_UINT8:
        return ((const uint8_t *)x)[i];
    case NUMBER_INT8:
        return (uint64_t)((const int8_t *)x)[i];
    case NUMBER_UINT16:
        return ((const uint16_t *)x)[i];
    case NUMBER_INT16:
        return (uint64_t)((const int16_t *)x)[i];
    case NUMBER_INT32:
        return (uint64_t)((const int32_t *)x)[i];
    case NUMBER_UINT32:
        return ((const uint32_t *)x)[i];
    default:
        return ((const uint64_t *)x)[i];
    }
}

#endif
