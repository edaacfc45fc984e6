/*
 * Control trials: they take the way of the campaign's trials, and inject nothing. One that is not benign shows that
 * something else than faults decides how trials end: time, chance, or other trials.
 */
#ifndef LLTFI_CAMPAIGN_CONTROLS_H
#define LLTFI_CAMPAIGN_CONTROLS_H

#include "campaign/campaign.h"

struct run;

struct controls {
    uint64_t trials, differing;
    char *difference; /* of the first that differed; owned */
};

/* Runs some before the campaign's own trials, at once as those are. Where they differ, trials are made simpler if that
 * mends it, and a note says so; otherwise this is an error, unless the campaign allows it. */
gboolean controls_begin(struct campaign_run *c, GError **error);
/* The sink of those in between (struct run). */
gboolean controls_add(struct campaign_run *c, const struct trial *trial, GError **error);
/* Runs some after the campaign's trials. */
gboolean controls_end(struct campaign_run *c, GError **error);
/* Adds the counts to the stored facts, however the campaign ended. */
gboolean controls_store(struct campaign_run *c, GError **error);

#endif
