/* Pools: each output element is the maximum or the mean of the inputs in its window. */
#ifndef LLTFI_KERNELS_POOL_H
#define LLTFI_KERNELS_POOL_H

#include "window.h"

struct pool {
    struct window window;
    int64_t channels;
    int placed;             /* MaxPool has Indices */
    int64_t place[SPATIAL]; /* MaxPool's Indices: what a step in each dimension of the input adds */
    int count_padding;      /* AveragePool: padding counts as zeros */
};

#endif
