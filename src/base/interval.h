/* Intervals of proportions. */
#ifndef LLTFI_BASE_INTERVAL_H
#define LLTFI_BASE_INTERVAL_H

#include <stdint.h>

/*
 * An interval of a proportion, `events` of `n`, two-sided with the given confidence (0.95). Wilson's score interval;
 * and Clopper and Pearson's exact one, which covers at least that often. With zero events the lower end is exactly 0,
 * and the upper end is the bound that can be claimed: z^2 / (n + z^2) = 3.84 / (n + 3.84) after Wilson, and 1 -
 * 0.025^(1/n), about 3.69 / n, exactly. (The "rule of three", 3 / n, is the one-sided bound at the same confidence; we
 * keep the two-sided one so that all rows of a table mean the same.) With n = 0: 0 to 1.
 */
struct interval {
    double low, high;
};
struct interval interval_wilson(uint64_t events, uint64_t n, double confidence);
struct interval interval_exact(uint64_t events, uint64_t n, double confidence);

#endif
