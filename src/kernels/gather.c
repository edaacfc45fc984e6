#define KERNEL_FILE "gather.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "gather.h"

#ifdef T

/* y[i . output] = x[i . input + index[i . indices] * stride] */
ENTRY(gather, struct gather)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int last = p->rank - 1;
    int64_t rows = 1, lo = last < 0 ? 0 : box->lo[last], hi = last < 0 ? 1 : box->hi[last];
    int64_t x_step = last < 0 ? 0 : p->input[last], index_step = last < 0 ? 0 : p->indices[last];

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, a = 0, b = 0, c = 0;

        UNROLL
        for (int d = last - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], index = box->lo[d] + rest % extent;

            rest /= extent;
            a += index * p->input[d];
            b += index * p->indices[d];
            c += index * p->output[d];
        }
        for (int64_t i = lo; i < hi; i++) {
            int64_t at = b + i * index_step;
            int64_t index = p->wide ? ((const int64_t *)in[1])[at] : ((const int32_t *)in[1])[at];

            y[c + i] = x[a + i * x_step + gather_index(index, p->extent) * p->stride];
        }
    }
}

#endif
