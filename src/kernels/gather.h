/*
 * Gathering along an axis: the index on that axis is read from input 1.
 */
#ifndef LLTFI_KERNELS_GATHER_H
#define LLTFI_KERNELS_GATHER_H

#include "base/box.h"

struct gather {
    int rank; /* of the output */
    int wide; /* indices are int64, else int32 */
    int axis; /* of the input */
    int index_rank;
    int64_t extent;            /* of the input along the axis */
    int64_t stride;            /* of the input along the axis */
    int64_t input[MAX_RANK];   /* strides of the input along each dimension of the output; 0: it picks an index */
    int64_t indices[MAX_RANK]; /* strides of the indices, 0: they do not depend on it */
    int64_t output[MAX_RANK];
};

/* Negative indices count from the end; one that is out of range is moved to the nearest end. */
static inline __attribute__((always_inline)) int64_t gather_index(int64_t index, int64_t extent)
{
    index += index < 0 ? extent : 0;
    return index < 0 ? 0 : index >= extent ? extent - 1 : index;
}

#endif
