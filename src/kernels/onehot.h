#ifndef LLTFI_KERNELS_ONEHOT_H
#define LLTFI_KERNELS_ONEHOT_H

#include "base/box.h"

struct onehot {
    int rank; /* of the output */
    int axis; /* of the output: the dimension of the classes */
    int type; /* of the indices: enum number */
    int64_t depth;
    int64_t indices[MAX_RANK]; /* strides of the indices along the output's dimensions, 0 along the axis */
    int64_t output[MAX_RANK];
};

#endif
