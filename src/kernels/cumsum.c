#define KERNEL_FILE "cumsum.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "cumsum.h"
#include "value.h"

#ifdef T

/* y[i] = x[0] + ... + x[i] along the axis; a line of it is one grain. */
ENTRY(cumsum, struct cumsum)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t lines = 1, stride = p->strides[p->axis];

    UNROLL
    for (int d = 0; d < p->rank; d++)
        lines *= d == p->axis ? 1 : box->hi[d] - box->lo[d];
    for (int64_t line = 0; line < lines; line++) {
        int64_t rest = line, base = 0;
        WRAP sum = 0;

        UNROLL
        for (int d = p->rank - 1; d >= 0; d--) {
            int64_t extent = d == p->axis ? 1 : box->hi[d] - box->lo[d];

            base += d == p->axis ? 0 : (box->lo[d] + rest % extent) * p->strides[d];
            rest /= extent;
        }
        for (int64_t k = 0; k < p->extent; k++) {
            int64_t i = p->reverse ? p->extent - 1 - k : k;
            WRAP before = sum;

            sum += (WRAP)WIDEN(x[base + i * stride]);
            if (i >= box->lo[p->axis] && i < box->hi[p->axis])
                y[base + i * stride] = NARROW(p->exclusive ? before : sum);
        }
    }
}

#endif
