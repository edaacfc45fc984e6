/*
 * Reductions: each output element is computed from the input elements that are `strides` apart from its first one, in
 * their order. The output's dimensions are those that are kept.
 */
#ifndef LLTFI_KERNELS_REDUCE_H
#define LLTFI_KERNELS_REDUCE_H

#include "elementwise.h"

struct reduce {
    struct space space;
    struct operand input;      /* the first input element of each output element */
    int64_t count;             /* input elements of one output element: the product of extents */
    int n;                     /* reduced dimensions; adjacent ones are merged */
    int64_t extents[MAX_RANK]; /* outermost first */
    int64_t strides[MAX_RANK];
    int select_last;  /* ArgMax, ArgMin: the last of equals */
    unsigned reduced; /* bit d: input dimension d is reduced (for the tool) */
};

#endif
