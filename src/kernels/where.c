#define KERNEL_FILE "where.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "runs.h"

#ifdef T

/* y = condition ? a : b */
ENTRY(where, struct elementwise)
{
    const bool *restrict condition = in[0];
    const T *restrict a = in[1];
    const T *restrict b = in[2];
    T *restrict y = out[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t ic = operand_start(&p->space, &p->input[0], &run);
        int64_t ia = operand_start(&p->space, &p->input[1], &run);
        int64_t ib = operand_start(&p->space, &p->input[2], &run);
        int64_t iy = output_start(&p->space, &run);

        for (int64_t i = 0; i < run.length; i++) {
            const T x = a[ia + i * p->input[1].step];
            const T z = b[ib + i * p->input[2].step];

            y[iy + i] = condition[ic + i * p->input[0].step] ? x : z;
        }
    }
}

#endif
