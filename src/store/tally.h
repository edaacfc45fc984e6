/* Trials counted by outcome. */
#ifndef LLTFI_STORE_TALLY_H
#define LLTFI_STORE_TALLY_H

#include "store/store.h"

struct tally {
    uint64_t trials;
    uint64_t outcomes[OUTCOME_COUNT];
    /* Exhaustive campaigns only: */
    gboolean is_true;              /* rates are shares of the weights, and have no interval */
    double weights[OUTCOME_COUNT]; /* executions of instructions that the faults stand for */
    uint64_t left_out;             /* faults that were not run, not among the trials */
};

/* Trials whose fault was activated: what rates are shares of. */
uint64_t tally_activated(const struct tally *tally);

/* Adds `n` trials with this outcome (or STORE_LEFT_OUT; NULL: adds nothing), which represent `weight` executions (of
 * an exhaustive campaign, else 0). */
void tally_add(struct tally *tally, const char *outcome, uint64_t n, double weight);

/* What the store has, without weights. */
gboolean store_tally(struct store *store, struct tally *tally, GError **error);

#endif
