/*
 * Runs the trials of a campaign in several workers at once, and passes each outcome on when its trial has ended.
 *
 * A worker is a child process that takes trials from a common counter. The subject decides how it runs one.
 */
#ifndef LLTFI_ENGINE_RUN_H
#define LLTFI_ENGINE_RUN_H

#include "engine/plan.h"

/* Called for each finished trial, in any order. FALSE with an error ends the campaign. */
typedef gboolean (*trial_sink)(const struct trial *trial, gpointer data, GError **error);

/* Called for each control trial, which is benign if nothing but faults decides how trials end. FALSE with an error ends
 * the campaign. */
typedef gboolean (*control_sink)(const struct trial *trial, gpointer data, GError **error);

struct run {
    const struct plan *plan;
    int jobs;
    gboolean only_controls; /* each of the plan's trials is run as a control trial */
    gboolean fork_all;   /* of a model: every trial in a child of its own (tier 2), even if one grain would suffice */
    gboolean record;     /* of a model: trials record how their faults propagate */
    const char *scratch; /* an existing folder, for runs of programs and RULE_COMMAND's files; NULL: none */
    const GArray *done;  /* uint64_t, ascending: trials to leave out; NULL: none */
    const volatile gint *stop; /* when set, no more trials are started and running ones end; NULL: never set */
    trial_sink sink;
    control_sink control;                            /* NULL: no control trials are run in between */
    gboolean (*tick)(gpointer data, GError **error); /* called several times a second; may be NULL */
    void (*note)(const char *text, gpointer data);   /* called once for each note to the user; may be NULL */
    gpointer data;                                   /* for sink, control, tick and note */
};

/* Compiles what the trials need, then runs all that are not done. */
gboolean run_trials(const struct run *run, GError **error);

/* Repeats one trial and returns its result and what it leaves. The caller clears both. */
gboolean run_replay(const struct run *run, uint64_t number, struct trial *trial, struct remains *remains,
                    GError **error);

#endif
