/*
 * Padding: every index outside the input is filled from the constant or from another index, dimension by dimension.
 */
#ifndef LLTFI_KERNELS_PAD_H
#define LLTFI_KERNELS_PAD_H

#include "base/box.h"

enum pad_mode { PAD_CONSTANT, PAD_REFLECT, PAD_EDGE, PAD_WRAP };

struct pad {
    int rank;
    enum pad_mode mode;
    int64_t extent[MAX_RANK]; /* of the input, without what negative pads cut off */
    int64_t before[MAX_RANK]; /* elements added in front */
    int64_t cut[MAX_RANK];    /* elements cut off in front */
    int64_t input[MAX_RANK];  /* strides */
    int64_t output[MAX_RANK];
    int has_value;     /* the constant is input 2, else: */
    uint64_t value[2]; /* its bits */
};

/* The index of 0..extent-1 that index i takes its element from; -1: the constant. */
static inline __attribute__((always_inline)) int64_t pad_source(enum pad_mode mode, int64_t extent, int64_t i)
{
    int64_t period = mode == PAD_WRAP ? extent : 2 * (extent - 1), at;

    if (i >= 0 && i < extent)
        return i;
    if (mode == PAD_CONSTANT)
        return -1;
    if (mode == PAD_EDGE)
        return i < 0 ? 0 : extent - 1;
    if (period == 0)
        return 0;
    at = i % period;
    at = at < 0 ? at + period : at;
    return at < extent ? at : period - at;
}

#endif
