/* The least and the largest value of T. */
#ifndef LLTFI_KERNELS_EXTREMES_H
#define LLTFI_KERNELS_EXTREMES_H

#include "kernel.h"

#include <math.h>

#define LEAST                 \
    (_Generic((T)0,           \
         float: -INFINITY,    \
         double: -INFINITY,   \
         _Float16: -INFINITY, \
         __bf16: -INFINITY,   \
         int8_t: INT8_MIN,    \
         int16_t: INT16_MIN,  \
         int32_t: INT32_MIN,  \
         int64_t: INT64_MIN,  \
         default: 0))
#define LARGEST                \
    (_Generic((T)0,            \
         float: INFINITY,      \
         double: INFINITY,     \
         _Float16: INFINITY,   \
         __bf16: INFINITY,     \
         bool: 1,              \
         int8_t: INT8_MAX,     \
         int16_t: INT16_MAX,   \
         int32_t: INT32_MAX,   \
         int64_t: INT64_MAX,   \
         uint8_t: UINT8_MAX,   \
         uint16_t: UINT16_MAX, \
         uint32_t: UINT32_MAX, \
         uint64_t: UINT64_MAX))

#endif
