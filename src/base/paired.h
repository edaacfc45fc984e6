/* Two proportions of the same trials, as with and without protection. */
#ifndef LLTFI_BASE_PAIRED_H
#define LLTFI_BASE_PAIRED_H

#include "base/interval.h"

/* Trials by what happened on each side. */
struct paired {
    uint64_t both, only_first, only_second, neither;
};

/*
 * An interval of the second proportion divided by the first, with 95 % confidence: Bonett and Price, "Confidence
 * intervals for a ratio of binomial proportions based on paired data" (Statistics in Medicine, 2006), which holds with
 * no events on one side, too. Without events on the first side: 0 to infinity.
 */
struct interval paired_ratio(const struct paired *pairs);

/* The chance of a difference as large or larger if both proportions are equal: McNemar's test, exact, two-sided. */
double paired_mcnemar(const struct paired *pairs);

/*
 * The same ratio of independent proportions, `events` of `n` on each side: Katz's interval of its logarithm, with half
 * an event added to each side where one has none.
 */
struct interval independent_ratio(uint64_t events_first, uint64_t n_first, uint64_t events_second, uint64_t n_second);

#endif
