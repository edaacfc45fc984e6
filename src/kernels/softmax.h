/*
 * Softmax over rows: the elements that differ only in dimensions first..last-1. y = exp(x - max) / sum, LogSoftmax its
 * logarithm.
 */
#ifndef LLTFI_KERNELS_SOFTMAX_H
#define LLTFI_KERNELS_SOFTMAX_H

#include "base/box.h"

struct softmax {
    int rank;
    int64_t dims[MAX_RANK];
    int first, last;
    int64_t count;  /* elements of a row */
    int64_t stride; /* from one element to the next */
};

#endif
