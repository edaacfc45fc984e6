/*
 * Sums of many terms that begin in the middle: what a kernel's fast form reads besides its inputs, where the engine has
 * asked for it (operator's `resume`). No other form knows of it.
 */
#ifndef LLTFI_KERNELS_RESUME_H
#define LLTFI_KERNELS_RESUME_H

#include <stdint.h>

struct resume {
    int64_t terms;   /* of each sum */
    int64_t stretch; /* golden sums are kept for every so many terms */
    int64_t first;   /* terms before it are in the golden sums: a multiple of stretch */
    int64_t end;     /* less than `terms`: no output is written but, at this multiple of stretch, the golden sums */
    int64_t width;   /* sums beside each other */
    void *sums;      /* after 1, 2... stretches */
};

#endif
