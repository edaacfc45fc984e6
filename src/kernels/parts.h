/*
 * One tensor and the parts that it consists of along an axis: Concat and Split.
 */
#ifndef LLTFI_KERNELS_PARTS_H
#define LLTFI_KERNELS_PARTS_H

#include "base/box.h"

struct parts {
    int rank;
    int axis;
    int count;               /* of parts */
    int64_t whole[MAX_RANK]; /* strides of the whole tensor */
    int64_t begin[];         /* count + 1: where each part begins along the axis; the last one is the whole's extent */
};

#endif
