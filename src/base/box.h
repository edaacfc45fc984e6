/*
 * A box: a range of indices per dimension, lo[d] <= i[d] < hi[d].
 *
 * Shared by the two halves of every operator. A kernel computes one box of its layer's index space and
 * writes nothing outside it; the engine carries boxes of changed elements from layer to layer.
 */
#ifndef LLTFI_BASE_BOX_H
#define LLTFI_BASE_BOX_H

#include <stdint.h>

/* The largest tensor rank that is supported. */
#define MAX_RANK 8

struct box {
    int64_t lo[MAX_RANK];
    int64_t hi[MAX_RANK];
};

#endif
