#define KERNEL_FILE "regroup.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "regroup.h"

#ifndef LLTFI_REGROUP_DIGITS
#define LLTFI_REGROUP_DIGITS
INLINE int64_t digits_offset(const struct digits *digits, int64_t index)
{
    int64_t rest = index / digits->radix[0];

    return index % digits->radix[0] * digits->strides[0] + rest % digits->radix[1] * digits->strides[1] +
           rest / digits->radix[1] * digits->strides[2];
}
#endif

#ifdef T

/* y[i] = x[the digits of i . strides] */
ENTRY(regroup, struct regroup)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int last = p->rank - 1;
    int64_t rows = 1;

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, from = 0, to = 0;

        UNROLL
        for (int d = last - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], index = box->lo[d] + rest % extent;

            rest /= extent;
            from += digits_offset(&p->input[d], index);
            to += index * p->output[d];
        }
        for (int64_t i = box->lo[last]; i < box->hi[last]; i++)
            y[to + i] = x[from + digits_offset(&p->input[last], i)];
    }
}

#endif
