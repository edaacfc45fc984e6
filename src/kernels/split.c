#define KERNEL_FILE "split.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "parts.h"

#ifdef T
#include "parts_move.h"

/* y_k[..., i, ...] = x[..., begin[k] + i, ...]; the space is x's. */
ENTRY(split, struct parts)
{
    UNROLL
    for (int k = 0; k < p->count; k++) {
        int64_t strides[MAX_RANK];
        struct box part = NAME(part_box)(p, k, box);

        if (!out[k])
            continue;
        NAME(part_strides)(p, k, strides);
        NAME(move)(p->rank, &part, (const T *)in[0] + p->begin[k] * p->whole[p->axis], p->whole, out[k], strides);
    }
}

#endif
