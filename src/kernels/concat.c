#define KERNEL_FILE "concat.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "parts.h"

#ifdef T
#include "parts_move.h"

/* y[..., begin[k] + i, ...] = x_k[..., i, ...]; the space is y's. */
ENTRY(concat, struct parts)
{
    UNROLL
    for (int k = 0; k < p->count; k++) {
        int64_t strides[MAX_RANK];
        struct box part = NAME(part_box)(p, k, box);

        NAME(part_strides)(p, k, strides);
        NAME(move)(p->rank, &part, in[k], strides, (T *)out[0] + p->begin[k] * p->whole[p->axis], p->whole);
    }
}

#endif
