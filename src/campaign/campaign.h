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
 * Nothing here prints: notes, warnings and progress reach the caller by callbacks, its events.
 */
#ifndef LLTFI_CAMPAIGN_CAMPAIGN_H
#define LLTFI_CAMPAIGN_CAMPAIGN_H

#include "engine/plan.h"
#include "store/tally.h"

struct campaign_progress {
    uint64_t total;     /* trials of the whole campaign */
    uint64_t before;    /* trials of earlier sessions */
    struct tally tally; /* all finished trials by outcome */
};

/* The work of an exhaustive campaign. */
struct campaign_extent {
    uint64_t faults;
    uint64_t forked; /* those of them that need a child process, which is slow */
    size_t n_inputs;
};

/* Callbacks while a campaign is opened and run; each gets `data`, each may be NULL. */
struct campaign_events {
    gpointer data;
    /* A long step before the first trial begins, as "golden run"; NULL: it has ended. */
    void (*phase)(gpointer data, const char *what);
    /* A sentence that the user should know. */
    void (*note)(gpointer data, const char *text);
    /* A compiler's warnings, in lines. */
    void (*warning)(gpointer data, const char *text);
    void (*extent)(gpointer data, const struct campaign_extent *extent);
    /* The estimated seconds of an exhaustive campaign. If this is NULL, nothing is measured. */
    void (*estimate)(gpointer data, double seconds, gboolean resumed);
    /* Called when trials begin, several times a second while they run, and with NULL after the last one. */
    void (*progress)(gpointer data, const struct campaign_progress *progress);
    /* A trial is stored. FALSE with an error ends the campaign. */
    gboolean (*trial)(gpointer data, const struct trial *trial, GError **error);
    /* While this is not 0, no trial is started; those that run are stored, and campaign_run returns. NULL: never. */
    const volatile gint *stop;
};

struct campaign_run;

/* Does everything but the trials. An error leaves no files. Settings and events must outlive the campaign. */
struct campaign_run *campaign_open(const struct campaign *settings, const struct campaign_events *events,
                                   GError **error);

/* The same for a subject that has had its golden run; it stays the caller's. */
struct campaign_run *campaign_adopt(struct subject *subject, const struct campaign_events *events);
/* Checks the run options against the profile. campaign_run calls it if the caller has not. */
gboolean campaign_plan(struct campaign_run *c, GError **error);

/* Runs the missing trials and stores them in the settings' folder, until all are done or `stop` is set. */
gboolean campaign_run(struct campaign_run *c, GError **error);

/* A stored trial that was run again; `stored` belongs to the campaign. */
struct replayed {
    struct trial stored, now;
    struct remains remains;
    GError *differs; /* names the difference; NULL: they are the same */
};
void replayed_clear(struct replayed *replayed);

/* Opens a stored campaign to repeat its trial `number`. Changes the working folder to the one that the campaign was
 * started in, because its paths are relative to that. Reads the settings; campaign_prepare loads the subject. */
struct campaign_run *campaign_open_stored(const char *dir, uint64_t number, const struct campaign_events *events,
                                          GError **error);
/* Loads the subject, checks that it has not changed since the campaign ran, and runs it without faults. */
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
