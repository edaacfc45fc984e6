/*
 * Decides when a campaign knows its SDC rate well enough: when the 95 % interval (Wilson's) has the wanted half-width.
 * It is checked at fixed numbers K of trials, on trials 0..K-1 only, in whatever order they end: so the campaign ends
 * with the same K for any number of jobs.
 */
#ifndef LLTFI_CAMPAIGN_UNTIL_H
#define LLTFI_CAMPAIGN_UNTIL_H

#include "lltfi.h"

struct until;

/* `error` is the half-width. If `layers` is given (gboolean by layer number, `n_layers` + 1 long), the rate of each of
 * these layers must be known that well, else that of the whole campaign. */
struct until *until_new(double error, const gboolean *layers, int n_layers);
void until_free(struct until *until);
typedef struct until until_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(until_t, until_free)

/* Adds a finished trial; to be called once for each. */
void until_add(struct until *until, uint64_t number, int layer, enum outcome outcome);

/* Whether the half-width is reached, and with how many trials. */
gboolean until_reached(const struct until *until, uint64_t *trials);

/* The first number of trials above `trials` at which it is checked. */
uint64_t until_next_check(uint64_t trials);

#endif
