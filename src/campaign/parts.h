/* The parts of a campaign: opening, sampled and exhaustive runs, replay. */
#ifndef LLTFI_CAMPAIGN_PARTS_H
#define LLTFI_CAMPAIGN_PARTS_H

#include "base/scratch.h"
#include "campaign/campaign.h"
#include "campaign/controls.h"
#include "store/tally.h"

struct campaign_run {
    const struct campaign *settings;
    struct campaign *own_settings; /* of a stored campaign; else NULL */
    lltfi_events events;
    gboolean (*observe)(gpointer data, const struct trial *trial, GError **error); /* NULL: nobody does */
    gpointer observer;
    struct subject *subject;
    gboolean borrowed;       /* the subject is the caller's */
    struct scratch *scratch; /* NULL: not made yet */
    guint n_noted;           /* how many of the subject's notices the user has received */
    GPtrArray *notes;        /* char *: what the user was told, for the stored facts */
    struct plan plan;
    struct store *store; /* of a stored campaign, or while trials run */
    struct trial stored; /* to be repeated */
    /* While trials run: */
    struct tally tally;    /* all trials that are done, and how they ended */
    uint64_t total;        /* trials that there will be */
    uint64_t earlier;      /* of the done ones: those of earlier sessions */
    double elapsed_before; /* seconds of earlier sessions */
    gint64 started, last_commit;
    gint stop; /* not 0: start no more trials */
    struct controls controls;
};

/* One that knows nothing of a subject yet, or has that of the caller. */
struct campaign_run *campaign_begin(const struct campaign *settings, struct subject *subject,
                                    const lltfi_events *events);

/* Opens or makes the campaign's folder, and stores what is known before the first trial. `trials`: the number wanted.
 */
gboolean campaign_open_store(struct campaign_run *c, uint64_t trials, GError **error);

/* A function that runs trials: calls campaign_count for each, and campaign_tick several times a second. */
typedef gboolean (*campaign_work)(struct campaign_run *c, gconstpointer data, GError **error);
/* Runs it in transactions that are committed several times a second, so that finished trials stay whatever ends the
 * campaign. */
gboolean campaign_run_missing(struct campaign_run *c, uint64_t total, campaign_work work, gconstpointer data,
                              GError **error);
void campaign_count(struct campaign_run *c, enum outcome outcome, uint64_t n);
gboolean campaign_tick(struct campaign_run *c, GError **error);

/* The two kinds of campaigns. */
gboolean campaign_run_sample(struct campaign_run *c, GError **error);
gboolean campaign_run_exhaustive(struct campaign_run *c, GError **error);

/* Passes a note on, and keeps it for the store. */
void campaign_note(struct campaign_run *c, const char *text);
/* Passes the subject's new notices to the caller's events. */
void campaign_hand_on(struct campaign_run *c);

#endif
