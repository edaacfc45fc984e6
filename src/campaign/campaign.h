/*
 * A campaign from its settings to its results. The command line and LLFI's verbs call it:
 *
 *     campaign_open    reads and compiles the subject, runs it without faults
 *     campaign_plan    checks the settings of trials against the profile
 *     campaign_run     runs the trials that the campaign's folder does not have yet, and stores each
 *     campaign_close
 *
 * and, to repeat a stored trial, campaign_open_stored, campaign_prepare, campaign_replay, campaign_close.
 *
 * Nothing here prints: what there is to say reaches the caller by its events, which include/lltfi/lltfi.h declares.
 */
#ifndef LLTFI_CAMPAIGN_CAMPAIGN_H
#define LLTFI_CAMPAIGN_CAMPAIGN_H

#include "engine/plan.h"
#include "store/store.h"

#include <lltfi/lltfi.h>

struct campaign_run;

/* All but the trials: an error here leaves nothing behind. Settings and events must outlive it. */
struct campaign_run *campaign_open(const struct campaign *settings, const lltfi_events *events, GError **error);

/* For a subject that has had its golden run, which the caller keeps. */
struct campaign_run *campaign_adopt(struct subject *subject, const lltfi_events *events);
/* Besides events->trial, and before it: a stored trial with all that is known of it. FALSE with an error ends the
 * campaign. */
void campaign_observe(struct campaign_run *c,
                      gboolean (*observe)(gpointer data, const struct trial *trial, GError **error), gpointer data);
/* Checks the run options against the profile, which campaign_run does where this has not. */
gboolean campaign_plan(struct campaign_run *c, GError **error);

/* Runs the missing trials and stores them in the settings' folder, until all are done or `stop` is set. */
gboolean campaign_run(struct campaign_run *c, GError **error);

/* A trial as the library shows it. */
lltfi_trial trial_view(const struct trial *trial);

/* A stored trial that was run again; `stored` belongs to the campaign. */
struct replayed {
    struct trial stored, now;
    struct remains remains;
    GError *differs; /* names the difference; NULL: they are the same */
};
void replayed_clear(struct replayed *replayed);

/* The campaign that a folder holds, to repeat its trial `number`. Enters the folder that it was started in, from where
 * its inputs' paths lead. The settings are known after this, the subject after campaign_prepare. */
struct campaign_run *campaign_open_stored(const char *dir, uint64_t number, const lltfi_events *events, GError **error);
/* Loads the subject, checks that it is what it was when the campaign ran, and runs it without faults. */
gboolean campaign_prepare(struct campaign_run *c, GError **error);
/* Runs the trial again. TRUE also where it differs from the stored one. */
gboolean campaign_replay(struct campaign_run *c, struct replayed *replayed, GError **error);
/* Replaces campaign_prepare and campaign_replay for a trial of a program: traces up to `most` of its instructions from
 * the fault on into traced->remains.result, and those of the golden run from there into *golden, which the caller frees
 * with run_result_free. */
gboolean campaign_trace(struct campaign_run *c, uint64_t most, struct replayed *traced, struct run_result **golden,
                        GError **error);

void campaign_close(struct campaign_run *c);
typedef struct campaign_run campaign_run_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(campaign_run_t, campaign_close)

const struct campaign *campaign_settings(const struct campaign_run *c);
struct subject *campaign_subject(const struct campaign_run *c);
const struct plan *campaign_plan_of(const struct campaign_run *c);
/* A folder for temporary files, which campaign_close removes. */
const char *campaign_scratch(struct campaign_run *c, GError **error);

#endif
