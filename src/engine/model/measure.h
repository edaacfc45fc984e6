/* How a tensor differs from golden: the sums and maxima over its elements for a propagation record. */
#ifndef LLTFI_ENGINE_MODEL_MEASURE_H
#define LLTFI_ENGINE_MODEL_MEASURE_H

#include "lltfi.h"

/* A tensor in which elements may differ. */
struct pair {
    enum element type;
    size_t element, n;
    const unsigned char *golden, *faulty;
};

/* Sums and maxima over the elements measured so far. At first all is zero except `first`. */
struct sums {
    uint64_t changed, one_bit;
    size_t first;                       /* lowest number of a changed element; SIZE_MAX: none yet */
    uint64_t largest, largest_relative; /* bits of non-negative numbers, of which NaN is the largest */
};

/* Measures elements first..first + n - 1; each element must be measured once. */
void measure(const struct pair *pair, size_t first, size_t n, struct sums *sums);

/* The result; the golden and the faulty tensor must not have changed since. */
void measure_end(const struct pair *pair, const struct sums *sums, struct change *change);

#endif
