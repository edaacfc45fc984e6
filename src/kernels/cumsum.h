#ifndef LLTFI_KERNELS_CUMSUM_H
#define LLTFI_KERNELS_CUMSUM_H

#include "base/box.h"

struct cumsum {
    int rank;
    int axis;
    int exclusive;             /* without the element itself */
    int reverse;               /* from the end */
    int64_t extent;            /* along the axis */
    int64_t strides[MAX_RANK]; /* of input and output */
};

#endif
