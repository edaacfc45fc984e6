/*
 * Reductions: each output element is made of the input elements that lie `strides` apart from its first one, taken in
 * their order. The output's dimensions are those that are kept.
 */
#ifndef LLTFI_KERNELS_REDUCE_H
#define LLTFI_KERNELS_REDUCE_H

#include "elementwise.h"

struct reduce {
    struct space space;
    struct operand input;      /* the first input element of each output element */
    int64_t count;             /* input elements of one output element: the product of extents */
    int n;                     /* reduced dimensions; neighbours are one */
    int64_t extents[MAX_RANK]; /* outermost first */
    int64_t strides[MAX_RANK];
    int select_last;  /* ArgMax, ArgMin: the last of equals */
    unsigned reduced; /* bit d: input dimension d is reduced (for the tool) */
};

#endif
