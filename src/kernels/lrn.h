/*
 * Local response normalization: y[n][c][..] = x / (bias + alpha / size * sum of x[n][i][..]^2)^beta over the channels i
 * from c - before to c + after.
 */
#ifndef LLTFI_KERNELS_LRN_H
#define LLTFI_KERNELS_LRN_H

#include "base/box.h"

struct lrn {
    int rank;
    int64_t dims[MAX_RANK];
    int64_t plane; /* elements of one channel */
    int64_t before, after;
    double scale; /* alpha / size */
    double bias, beta;
};

#endif
