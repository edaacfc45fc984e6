/*
 * Programs under faults (tier 3): every trial is a process of its own, with a folder of its own.
 *
 * The program is built twice, with block counters for the profile and with armed blocks for everything else. Both
 * executables are kept in the cache, by content. A run shares a file with the program (runtime/program/shared_page.h),
 * in which the program finds its fault and leaves what it did, however it ends.
 */
#ifndef LLTFI_ENGINE_PROGRAM_SUBJECT_H
#define LLTFI_ENGINE_PROGRAM_SUBJECT_H

#include "engine/plan.h"
#include "engine/program/trace.h"
#include "engine/subject.h"
#include "frontend/program.h"
#include "passes/ir/functions.h"
#include "runtime/program/shared_page.h"

#include <sys/types.h>

/* What one run left behind. */
struct run_result {
    int status;         /* as waitpid gives it */
    gboolean timed_out; /* and was ended */
    double seconds;
    GByteArray *output, *messages; /* standard output and standard error, up to a limit */
    GPtrArray *files;              /* GBytes of the files that are compared, in the campaign's order; NULL: missing */
    gboolean cut_short;            /* threads were alive when a run that counts ended */
    uint64_t countdown;            /* what was left of it when the program last stored it */
    struct shared_page *shared;
    struct trace *trace; /* NULL: none was ordered */
};

void run_result_free(struct run_result *result);
typedef struct run_result run_result_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(run_result_t, run_result_free)

struct program_subject;

/* What becomes of a trial that has been judged, while its folder is still there; called where the trial runs. */
typedef gboolean (*run_observer)(const struct program_subject *subject, const struct planned *planned,
                                 const struct run_result *result, const struct trial *trial, const char *folder,
                                 gpointer data, GError **error);

struct program_subject {
    struct subject base;
    struct program *program;
    struct functions *functions;
    char *count_executable, *fault_executable;
    char *trace_executable; /* after program_build_trace, else NULL: injects as fault_executable, and traces */
    unsigned *counters;     /* by LLFI index - 1, UINT_MAX: not counted */
    unsigned n_counters;
    GPtrArray *words;  /* char *: the program's name and arguments as it gets them; ends with NULL */
    GPtrArray *inputs; /* char *: files that each run's folder gets, by their path there */
    /* After program_run_golden: */
    struct run_result *golden;
    uint64_t *counts;     /* by counter */
    uint64_t total;       /* executed selected instructions */
    double seconds;       /* of the run that counted */
    double limit;         /* seconds that a trial may take where the campaign does not say */
    uint64_t trace_most;  /* lines of a trial's trace, from its fault on; 0: trials are not traced */
    run_observer observe; /* NULL: nobody */
    gpointer observer;
};

/* The campaign must outlive it. */
struct program_subject *program_subject_create(const struct campaign *campaign);
/* A subject of this kind. */
const struct program_subject *program_subject_of(const struct subject *subject);
gboolean subject_is_program(const struct subject *subject);

/* Made, loaded, and built. */
struct program_subject *program_subject_new(const struct campaign *campaign, GError **error);
/* Made, loaded and selected only: for those who have the executables, or want none. */
struct program_subject *program_subject_load(const struct campaign *campaign, GError **error);
void program_subject_free(struct program_subject *subject);
typedef struct program_subject program_subject_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(program_subject_t, program_subject_free)

/* The golden run and the profile. The program runs twice, or three times where the first two
 * differ; what differs by itself goes into the notices. */
gboolean program_run_golden(struct program_subject *subject, const char *scratch, GError **error);

/* What the program calls that may let its runs wait for each other, at a server that serves one after the other or at a
 * lock (notices.c). NULL: nothing. */
const char *program_outside_call(const struct program_subject *subject);

/* Executions of an instruction in the profile. */
uint64_t program_executions(const struct program_subject *subject, unsigned index);

/* One trial; `scratch` is a folder that nobody else uses meanwhile. */
gboolean program_trial(const struct program_subject *subject, const struct planned *planned, const char *scratch,
                       struct trial *trial, GError **error);
/* The same, and hands out what the run left behind. */
struct run_result *program_trial_replay(const struct program_subject *subject, const struct planned *planned,
                                        const char *scratch, struct trial *trial, GError **error);

/* The same for a fault that has been located, beside a process of ours that goes on meanwhile: a walk's
 * (walk.h). */
gboolean program_trial_beside(const struct program_subject *subject, const struct planned *planned,
                              struct location location, const char *scratch, pid_t spared, struct trial *trial,
                              GError **error);
/* What a trial's run comes to. */
gboolean program_conclude(const struct program_subject *subject, const struct planned *planned,
                          const struct run_result *result, const char *scratch, struct trial *trial, GError **error);
double program_time_limit(const struct program_subject *subject, const struct planned *planned);

/* Parts: what a user is told (notices.c): of functions and instructions that can't be struck, of the golden run
 * and a second one, of counts that a profile lacks. */
void program_note_left_out(struct program_subject *subject);
void program_note_golden(struct program_subject *subject, const struct run_result *again);
void program_note_missing(struct program_subject *subject);

/* Trials in workers, and one alone (trials.c). */
gpointer program_worker_new(const struct worker *worker);
uint64_t program_chunk(struct worker *worker);
void program_run_chunk(struct worker *worker, uint64_t begin, uint64_t end);
gboolean program_run_trial(struct worker *worker, const struct planned *planned, struct trial *trial, GError **error);
gboolean program_replay_trial(const struct run *run, const struct planned *planned, struct trial *trial,
                              struct remains *remains, GError **error);

/* Adds what decides the results, as "key: value" lines (identity.c). */
void program_add_identity(const struct subject *subject, GString *text);

/* Building (build.c). */
gboolean program_build(struct program_subject *subject, GError **error);
/* The executable that counts; every_block as in struct functions. */
gboolean program_build_count(struct program_subject *subject, gboolean every_block, GError **error);
gboolean program_build_trace(struct program_subject *subject, GError **error);
/* The program in one of its forms (COMPILE_PROGRAM), with the injectors of software faults: a new module. For
 * FORM_COUNT, counters, as many as the program has instructions, receives each one's counter, or UINT_MAX, and
 * *n_counters their number. */
LLVMModuleRef program_form(const struct program_subject *subject, enum form form, unsigned *counters,
                           unsigned *n_counters, GError **error);
/* Compiles the injectors that the campaign's software faults bring with them (injectors.c); *injectors stays as it is
 * where there are none. */
gboolean program_compile_injectors(const struct program_subject *subject, LLVMModuleRef *injectors, GError **error);
/* A module with the runtime as an executable in the cache: its path. */
char *program_build_module(const struct program *program, LLVMModuleRef module, GError **error);

/* One run of an executable (run.c). `plan`: what to inject; NULL: nothing. */
struct run_order {
    const char *executable;
    const struct runtime_plan *plan;
    enum gate_state gates; /* of the location's gate, or of its lead until that is over; the others are closed */
    struct location location;
    unsigned n_counters; /* 0: the executable does not count */
    uint64_t *counts;    /* receives them */
    double timeout;
    gboolean keep_folder; /* what the program leaves stays there until the caller removes it */
    struct trace_request trace;
    gboolean walks; /* it stops at the countdown (walk.h) */
    pid_t spared;   /* a child of ours that goes on; 0: there is none */
};
/* A trial's run, but for `spared` and traces. It points to the plan in *planned. */
struct run_order program_order(const struct program_subject *subject, const struct planned *planned,
                               struct location location);
/* Where a run takes place. The caller frees. */
char *run_folder(const char *scratch);
struct run_result *program_run(const struct program_subject *subject, const struct run_order *order,
                               const char *scratch, GError **error);

/* This process's environment for a run that finds its shared file there, filled up to a size that is the same in nearly
 * every shell. Free with g_strfreev. */
char **run_environment(const char *shared);

/* Judging (judge.c): outcome, sdc, signal and deviation of a trial. */
gboolean program_judge(const struct program_subject *subject, const struct run_result *result, gboolean injects,
                       const char *scratch, struct trial *trial, GError **error);
gboolean program_check_rule(const struct outcome_option *option, GError **error);
/* What makes a trial SDC, in sentences. The caller frees. */
char *program_sdc_definition(const struct campaign *campaign);

/* "exit status 0", "signal 11 (Segmentation fault)". The caller frees. */
char *status_text(int status);
/* "exit status 0, 120 bytes of standard output, 4711 selected instructions". The caller frees. */
char *program_golden_text(const struct program_subject *subject);
/* What differs first between two runs: "standard output, line 3: 'a' and 'b'"; NULL: nothing. The caller frees. */
char *run_difference(const struct program_subject *subject, const struct run_result *a, const struct run_result *b);

#endif
