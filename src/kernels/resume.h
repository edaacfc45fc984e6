/*
 * Partial sums: with this additional input (operator's `resume`) a kernel's fast form starts long sums from golden
 * partial sums instead of 0, or computes those. Other forms have no such input.
 */
#ifndef LLTFI_KERNELS_RESUME_H
#define LLTFI_KERNELS_RESUME_H

#include <stdint.h>

struct resume {
    int64_t terms;   /* of each sum */
    int64_t stretch; /* a partial sum is kept each time after this number of terms */
    int64_t first;   /* first term to add, a multiple of stretch; the terms before it are in a partial sum */
    int64_t end; /* the sum ends before this term; if that is not `terms`, the result is stored as a partial sum, not as
                    outputs */
    int64_t width; /* sums in a row of `sums` */
    void *sums;    /* partial sums after 1, 2... stretches, a row each */
};

#endif
