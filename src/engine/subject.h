/*
 * What faults strike: a model (engine/model/subject.h) or a program (engine/program/subject.h), behind one interface.
 *
 * A kind of subject has one table of functions. Its struct begins with a struct subject, so that a pointer to one is a
 * pointer to the other. In the order in which they are called:
 *
 *     subject_new        by kind: no work yet
 *     subject_load       reads, lowers or compiles, and selects the sites
 *     subject_run_golden runs without faults and profiles
 *     plan_init          checks the run options against the profile (engine/plan.h)
 *     run_trials         (engine/run.h): `compile`, then in each worker `worker_new`, `chunk`, `run_chunk`, `run_trial`
 */
#ifndef LLTFI_ENGINE_SUBJECT_H
#define LLTFI_ENGINE_SUBJECT_H

#include "config/campaign.h"
#include "config/protection.h"
#include "lltfi.h"

struct planned;
struct run;
struct subject;
struct targets;
struct worker;

/* A part by which rates are reported: a layer of a model, or a function of a program. */
struct subject_part {
    const char *name;
    const char *type;      /* the operator's; "function" */
    uint64_t instructions; /* dynamic, of one golden run */
    uint64_t selected;     /* dynamic selected instructions, or elements: the part's share of the faults */
    double seconds;        /* of the golden run; 0: not known */
};

/* What a repeated trial leaves, besides its outcome. */
struct remains {
    GPtrArray *values;         /* of a model: struct tensor * by value number, of what layers computed; else NULL */
    struct run_result *result; /* of a program; else NULL */
};

struct subject_kind {
    const char *name; /* "model" */
    /* What loading and the golden run are called while they take long; NULL: they do not. */
    const char *loading, *running;
    const char *depends_on;    /* what may change between two runs of a campaign, in words */
    gboolean runs_in_files;    /* the golden run needs a scratch folder */
    unsigned control_interval; /* of a worker's trials, how many at most between two control trials */

    void (*free)(struct subject *subject);
    gboolean (*load)(struct subject *subject, GError **error);
    gboolean (*run_golden)(struct subject *subject, const char *scratch, GError **error);

    /* After the golden run: executed selected instructions with one input. */
    uint64_t (*total)(const struct subject *subject, size_t input);
    /* The part that the execution `cycle` (from 1) of a selected instruction belongs to (0: none), and how many are
     * executed before what runs instrumented begins. */
    int (*locate)(const struct subject *subject, size_t input, uint64_t cycle, uint64_t *before);
    guint (*count_parts)(const struct subject *subject);
    /* By number, from 1. */
    struct subject_part (*part)(const struct subject *subject, guint number);
    /* Adds what decides the results, besides the settings, as "key: value" lines. */
    void (*add_identity)(const struct subject *subject, GString *text);

    /* Compiles what trials need. `fork_all`: as in struct run. */
    gboolean (*compile)(struct subject *subject, gboolean fork_all, GError **error);
    /* Called in a worker's process. The result of worker_new is worker->state. */
    gpointer (*worker_new)(const struct worker *worker);
    /* How many trials the worker takes next. */
    uint64_t (*chunk)(struct worker *worker);
    /* Runs those of trials begin..end-1 that are to be run, each by worker_run. */
    void (*run_chunk)(struct worker *worker, uint64_t begin, uint64_t end);
    /* Runs one; trial->number, config, input and layer are set. */
    gboolean (*run_trial)(struct worker *worker, const struct planned *planned, struct trial *trial, GError **error);

    /* Makes trials go a simpler way, because control trials differed; returns what they do then, in words. NULL: there
     * is no simpler one. May be called again. */
    const char *(*simplify)(struct subject *subject);

    /* Repeats one trial outside of a worker, with all that it leaves; `trial` as for run_trial. */
    gboolean (*replay)(const struct run *run, const struct planned *planned, struct trial *trial,
                       struct remains *remains, GError **error);
};

struct subject {
    const struct subject_kind *kind;
    const struct campaign *campaign;
    GPtrArray *notices;  /* char *: notes for the user, in order */
    GString *warnings;   /* of a compiler, as it writes them */
    const GArray *sites; /* struct site, once loaded */
    char *unsteady;      /* how two runs without faults differed; NULL: they did not */
    size_t n_inputs;
    struct protection *protection; /* that the campaign asks for; NULL: none */
    const struct targets *targets; /* what faults at the levels tensor and weight strike; NULL: they strike sites */
};

/* A model or a program, as the campaign says. The campaign must outlive it. */
struct subject *subject_new(const struct campaign *campaign);
void subject_free(struct subject *subject);
typedef struct subject subject_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(subject_t, subject_free)

/* For constructors of kinds, and their free functions. */
void subject_init(struct subject *subject, const struct subject_kind *kind, const struct campaign *campaign);
void subject_clear(struct subject *subject);

gboolean subject_load(struct subject *subject, GError **error);
/* `scratch` is an existing folder, or NULL where the kind needs none. */
gboolean subject_run_golden(struct subject *subject, const char *scratch, GError **error);

/* All that decides the campaign's results, as "key: value" lines: what store_open compares. The caller frees. */
char *subject_identity(const struct subject *subject);
/* Its line about the instructions that faults may hit: that changes with the lowering of models, hence with the version
 * of LLTFI and LLVM. For kinds. */
void subject_add_sites(GString *text, const GArray *sites);

void remains_clear(struct remains *remains);

#endif
