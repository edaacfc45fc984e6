/* How a tensor differs from golden: what a propagation record says of it, summed up over the elements. */
#ifndef LLTFI_ENGINE_MODEL_MEASURE_H
#define LLTFI_ENGINE_MODEL_MEASURE_H

#include "lltfi.h"

/* A tensor in which elements may differ. */
struct pair {
    enum element type;
    size_t element, n;
    const unsigned char *golden, *faulty;
};

/* What is summed up over the elements that were looked at. Zeros, but for `first`, to begin with. */
struct sums {
    uint64_t changed, one_bit;
    size_t first;                       /* that has changed: the least number; SIZE_MAX: none yet */
    uint64_t largest, largest_relative; /* bits of numbers that are not negative: NaN is the largest */
};

/* Looks at elements first..first + n - 1, each of them once. */
void measure(const struct pair *pair, size_t first, size_t n, struct sums *sums);

/* What was found; golden and faulty tensor are still as they were. */
void measure_end(const struct pair *pair, const struct sums *sums, struct change *change);

#endif
