/*
 * Moving elements between dimensions: an index of the output is read as digits, each of which has a stride of its own
 * in the input.
 */
#ifndef LLTFI_KERNELS_REGROUP_H
#define LLTFI_KERNELS_REGROUP_H

#include "base/box.h"

/* index = (digit[2] * radix[1] + digit[1]) * radix[0] + digit[0] */
struct digits {
    int64_t radix[2];
    int64_t strides[3];
};

struct regroup {
    int rank;
    struct digits input[MAX_RANK];
    int64_t output[MAX_RANK]; /* strides */
    /* What the kernel does not need but `affected` does. */
    int64_t block;
    int planes_first; /* DepthToSpace's mode CRD */
};

#endif
