#define KERNEL_FILE "onehot.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "numbers.h"
#include "onehot.h"
#include "value.h"

#ifndef LLTFI_ONEHOT_CLASS
#define LLTFI_ONEHOT_CLASS
/* The class that a floating-point index names, -1: none. Negative ones count from the end. */
INLINE int64_t onehot_float(double value, int64_t depth)
{
    int64_t index = value >= -(double)depth && value < (double)depth ? (int64_t)value : -1 - depth;

    return index < 0 ? index + depth : index;
}

INLINE int64_t onehot_class(const void *indices, int type, int64_t i, int64_t depth)
{
    int64_t index;

    switch (type) {
    case NUMBER_FLOAT:
        return onehot_float(((const float *)indices)[i], depth);
    case NUMBER_DOUBLE:
        return onehot_float(((const double *)indices)[i], depth);
    case NUMBER_FLOAT16:
        return onehot_float(((const _Float16 *)indices)[i], depth);
    case NUMBER_BFLOAT16:
        return onehot_float(widen_bfloat16(((const __bf16 *)indices)[i]), depth);
    default:
        index = (int64_t)number_integer(indices, type, i);
        return index >= 0 || type == NUMBER_UINT64 ? index : index + depth;
    }
}
#endif

#ifdef T

/* y[..., k, ...] = values[index[...] == k], values = (off, on) */
ENTRY(onehot, struct onehot)
{
    const T *restrict values = in[2];
    T *restrict y = out[0];
    int last = p->rank - 1;
    int64_t rows = 1;

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, from = 0, to = 0, k = 0;

        UNROLL
        for (int d = last - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], index = box->lo[d] + rest % extent;

            rest /= extent;
            from += index * p->indices[d];
            to += index * p->output[d];
            k = d == p->axis ? index : k;
        }
        for (int64_t i = box->lo[last]; i < box->hi[last]; i++) {
            int64_t named = onehot_class(in[0], p->type, from + i * p->indices[last], p->depth);

            y[to + i] = values[named == (p->axis == last ? i : k)];
        }
    }
}

#endif
