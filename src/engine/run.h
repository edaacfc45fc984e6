/*
 * Runs the trials of a campaign: several workers at once, their outcomes handed on as they end.
 *
 * A worker is a child process that takes trials from a common counter. How it runs one is the subject's business.
 */
#ifndef LLTFI_ENGINE_RUN_H
#define LLTFI_ENGINE_RUN_H

#include "engine/plan.h"

/* Called for each finished trial, in no order. FALSE with an error ends the campaign. */
typedef gboolean (*trial_sink)(const struct trial *trial, gpointer data, GError **error);

struct run {
    const struct plan *plan;
    int jobs;
    gboolean fork_all;   /* of a model: every trial in a child of its own (tier 2), also where one grain would do */
    gboolean record;     /* of a model: trials record how their faults propagate */
    const char *scratch; /* an existing folder, for runs of programs and RULE_COMMAND's files; NULL: none */
    const GArray *done;  /* uint64_t, ascending: trials to leave out; NULL: none */
    const volatile gint *stop; /* set from outside: start no more trials, wait for those that run; NULL: never */
    trial_sink sink;
    gboolean (*tick)(gpointer data, GError **error); /* called several times a second; NULL: not */
    void (*note)(const char *text, gpointer data);   /* what the user should know, each once; NULL: not */
    gpointer data;                                   /* for sink, tick and note */
};

/* Compiles what the trials need, then runs all that are not done. */
gboolean run_trials(const struct run *run, GError **error);

/* One trial again, with what it leaves. The caller clears both. */
gboolean run_replay(const struct run *run, uint64_t number, struct trial *trial, struct remains *remains,
                    GError **error);

#endif
