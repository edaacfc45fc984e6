/*
 * Runs the trials of a campaign: several workers at once, their outcomes handed on as they end.
 *
 * A worker is a child process that takes trials from a common counter. It runs a fault that stays in its grain itself
 * (tier 1, differential.h) and forks for every other one (tier 2, forked.h).
 */
#ifndef LLTFI_ENGINE_RUN_H
#define LLTFI_ENGINE_RUN_H

#include "engine/model/trial.h"
#include "engine/outcome.h"
#include "engine/program/subject.h"

/* Called for each finished trial, in no order. FALSE with an error ends the campaign. */
typedef gboolean (*trial_sink)(const struct trial *trial, gpointer data, GError **error);

struct run {
    const struct plan *plan;
    struct machine *machine;                    /* NULL: a program */
    const struct outcome_reference *references; /* one for each input */
    const struct program_subject *subject;      /* the program; NULL: a model */
    int jobs;
    gboolean fork_all; /* every trial in a child of its own (tier 2), even where running one grain would do */
    gboolean record;   /* trials record how their faults propagate */
    struct propagation *propagation; /* the recorder, made by each process that runs trials */
    const char *scratch;             /* an existing folder for RULE_COMMAND's files and for runs of programs */
    const GArray *done;              /* uint64_t, ascending: trials to leave out; NULL: none */
    const volatile gint *stop;       /* set from outside: start no more trials, wait for those that run; NULL: never */
    trial_sink sink;
    gboolean (*tick)(gpointer data, GError **error); /* called several times a second; NULL: not */
    gpointer data;                                   /* for sink and tick */
};

/* Compiles what the trials need: the fault forms of all layers and, unless fork_all, their grains. */
gboolean run_compile(struct run *run, GError **error);

/* Compiles what the trials need, then runs all that are not done. */
gboolean run_trials(struct run *run, GError **error);

/* The outcome of one trial with its propagation record and every layer's output: values[v] is a new tensor for each
 * value that a layer computes (a GPtrArray by value number, NULL elements for others). */
gboolean run_replay(struct run *run, uint64_t number, struct trial *trial, GPtrArray *values, GError **error);

#endif
