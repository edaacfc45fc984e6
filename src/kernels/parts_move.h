/* Shared by Concat and Split. No guard: included inside #ifdef T, once for each type. */
#include "move.h"

/* The strides of part k, which is shorter than the whole along the axis. */
INLINE void NAME(part_strides)(const struct parts *p, int k, int64_t *strides)
{
    int64_t extent = p->begin[k + 1] - p->begin[k];

    UNROLL
    for (int d = 0; d < p->rank; d++)
        strides[d] = d >= p->axis || extent == 0 ? p->whole[d] : p->whole[d] / p->begin[p->count] * extent;
}

/* The part of a box of the whole that is in part k, in indices of part k; empty if there is none. */
INLINE struct box NAME(part_box)(const struct parts *p, int k, const struct box *box)
{
    struct box part;

    UNROLL
    for (int d = 0; d < p->rank; d++) {
        int64_t begin = d == p->axis ? p->begin[k] : 0;
        int64_t lo = box->lo[d] - begin, hi = box->hi[d] - begin;

        if (d == p->axis) {
            int64_t extent = p->begin[k + 1] - begin;

            lo = lo < 0 ? 0 : lo;
            hi = hi > extent ? extent : hi;
        }
        part.lo[d] = lo;
        part.hi[d] = hi < lo ? lo : hi;
    }
    return part;
}
