/*
 * Where the operands of an element are: shared by the halves of operators that compute an output element from input
 * elements found by strides (element-wise operators with broadcasting, reductions).
 *
 * The operator's half fills it in (ops/elementwise.h), the kernel iterates over a box in runs (runs.h).
 */
#ifndef LLTFI_KERNELS_ELEMENTWISE_H
#define LLTFI_KERNELS_ELEMENTWISE_H

#include "base/box.h"

/*
 * The output: row-major, in runs of elements that follow each other in it. Along dimensions `run`.. every operand
 * moves by a constant step from one element to the next, so that a box that takes these in whole is one run.
 */
struct space {
    int rank;
    int run;
    int64_t dims[MAX_RANK];
    int64_t output[MAX_RANK]; /* strides of the output */
};

/* An input, seen from the output's dimensions. */
struct operand {
    int64_t step;              /* along a run */
    int64_t strides[MAX_RANK]; /* 0 where it is broadcast */
};

struct elementwise {
    struct space space;
    double alpha, beta; /* the formula's attributes, where it has some */
    int mode;
    int n; /* length of input */
    struct operand input[];
};

#endif
