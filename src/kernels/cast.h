/* Cast's parameters, shared by its halves. */
#ifndef LLTFI_KERNELS_CAST_H
#define LLTFI_KERNELS_CAST_H

#include "elementwise.h"

enum cast_rounding { CAST_UP, CAST_DOWN, CAST_NEAREST };

struct cast {
    struct space space;
    int from, to; /* enum element */
    int saturate; /* to a float of 8 bits: out of range becomes the largest value */
    int rounding; /* to float8e8m0: enum cast_rounding */
};

#endif
