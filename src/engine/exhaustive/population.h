/* The fault space: every execution of a selected instruction, each of its registers, each bit of those. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_POPULATION_H
#define LLTFI_ENGINE_EXHAUSTIVE_POPULATION_H

#include "engine/model/golden.h"

struct population {
    uint64_t faults;
    uint64_t contained; /* faults that stay in the struck grain, which tier 1 runs */
};

/* Single-bit faults of one execution of a site's instruction; `bits` as in struct campaign. */
unsigned site_faults(const struct site *site, const GArray *bits);

/* The faults of one layer in one input's run. What is contained is known after golden_find_grains. */
struct population population_of_layer(const struct machine *machine, const struct golden *golden, int layer,
                                      const GArray *bits);

/*
 * The sample that estimates a proportion within `error` at 95 % confidence (Leveugle, Calvez, Maistri and Vanhauwaert,
 * "Statistical fault injection: quantified error and confidence", DATE 2009), whatever the proportion is (p = 0.5):
 * N / (1 + error^2 (N - 1) / (t^2 p (1 - p))), rounded up.
 */
uint64_t sample_size(uint64_t population, double error);

#endif
