/*
 * When a campaign knows enough: its SDC rate's 95 % interval (Wilson's) is at most so wide. Decided at fixed numbers of
 * trials on trials 0..K-1 alone, whatever the order in which they come: the same K with any number of jobs.
 */
#ifndef LLTFI_CAMPAIGN_UNTIL_H
#define LLTFI_CAMPAIGN_UNTIL_H

#include "lltfi.h"

struct until;

/* `error` is the half-width. `layers`, if given, are those (gboolean by layer number, `n_layers` + 1 long) of which
 * every one must be known so well; else the campaign as a whole. */
struct until *until_new(double error, const gboolean *layers, int n_layers);
void until_free(struct until *until);
typedef struct until until_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(until_t, until_free)

/* A finished trial, each once. */
void until_add(struct until *until, uint64_t number, int layer, enum outcome outcome);

/* Whether it is reached, and with how many trials. */
gboolean until_reached(const struct until *until, uint64_t *trials);

/* The first number of trials above `trials` at which it is decided. */
uint64_t until_next_check(uint64_t trials);

#endif
