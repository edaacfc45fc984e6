/*
 * Kernels that compute each output element from the input elements at the same (broadcast) place.
 *
 * The operator's half gives the output's shape and, for each input, one stride a dimension (0 where it is broadcast).
 */
#ifndef LLTFI_ELEMENTWISE_H
#define LLTFI_ELEMENTWISE_H

#include "box.h"

#define ELEMENTWISE_INPUTS 3

struct elementwise {
    int rank;
    int64_t dims[MAX_RANK];
    int64_t strides[ELEMENTWISE_INPUTS][MAX_RANK];
    int64_t output[MAX_RANK]; /* strides of the output */
    double alpha, beta;       /* the formula's attributes, where it has some */
    int mode;
};

#endif
