#define KERNEL_FILE "relu.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPES_SIGNED_INTEGER)
#include "kernel.h"

#include "elementwise.h"

#ifdef T

/* y = max(x, 0); NaN stays NaN. Shapes are equal, so the box's rows are runs of the last dimension. */
ENTRY(relu, struct elementwise)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t rows = 1;
    int last = p->rank - 1;

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t rest = row, base = 0;

        UNROLL
        for (int d = last - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d];

            base += (box->lo[d] + rest % extent) * p->output[d];
            rest /= extent;
        }
        for (int64_t i = base + box->lo[last]; i < base + box->hi[last]; i++)
            y[i] = x[i] < 0 ? 0 : x[i];
    }
}

#endif
