/*
 * Copies: every element of the layer's space takes one element of the input, by strides.
 */
#ifndef LLTFI_KERNELS_COPY_H
#define LLTFI_KERNELS_COPY_H

#include "base/box.h"

struct copy {
    int rank;                  /* of the space */
    int64_t offset;            /* of the input's element that the space's index 0 takes */
    int64_t strides[MAX_RANK]; /* from one input element to the next along each dimension; may be 0 or negative */
    int64_t output[MAX_RANK];  /* the same in the output */
    /* What the kernel does not need but `affected` does: the input's dimension that each one follows (-1: none),
     * from which index and by which step. */
    int axes[MAX_RANK];
    int64_t begin[MAX_RANK];
    int64_t step[MAX_RANK];
};

#endif
