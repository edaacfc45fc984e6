/*
 * Programs under faults (tier 3): every trial is a process of its own, with a folder of its own.
 *
 * The program is built twice, with block counters for the profile and with armed blocks for everything else. Both
 * executables are kept in the cache, by content. A run shares a file with the program (runtime/program/shared_page.h),
 * in which the program finds its fault and leaves what it did, however it ends.
 */
#ifndef LLTFI_ENGINE_PROGRAM_EXECUTABLE_H
#define LLTFI_ENGINE_PROGRAM_EXECUTABLE_H

#include "engine/plan.h"
#include "engine/program/trace.h"
#include "frontend/program.h"
#include "passes/ir/functions.h"
#include "runtime/program/shared_page.h"

#include <sys/types.h>

/* What one run left behind. */
struct process_result {
    int status;         /* as waitpid gives it */
    gboolean timed_out; /* and was ended */
    double seconds;
    GByteArray *output, *messages; /* standard output and standard error, up to a limit */
    GPtrArray *files;              /* GBytes of the files that are compared, in the campaign's order; NULL: missing */
    gboolean cut_short;            /* threads were alive when a run that counts ended */
    uint64_t countdown;            /* what was left of it when the program last stored it */
    struct process_shared *shared;
    struct trace *trace; /* NULL: none was ordered */
};

void process_result_free(struct process_result *result);
typedef struct process_result process_result_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(process_result_t, process_result_free)

struct process;

/* What becomes of a trial that has been judged, while its folder is still there; called where the trial runs. */
typedef gboolean (*process_observer)(const struct process *process, const struct planned *planned,
                                     const struct process_result *result, const struct trial *trial, const char *folder,
                                     gpointer data, GError **error);

struct process {
    const struct campaign *campaign;
    struct program *program;
    struct functions *functions;
    char *count_executable, *fault_executable;
    char *trace_executable; /* after process_build_trace, else NULL: injects as fault_executable, and traces */
    unsigned *counters;     /* by LLFI index - 1, UINT_MAX: not counted */
    unsigned n_counters;
    GPtrArray *words;  /* char *: the program's name and arguments as it gets them; ends with NULL */
    GPtrArray *inputs; /* char *: files that each run's folder gets, by their path there */
    /* After process_golden: */
    struct process_result *golden;
    uint64_t *counts;         /* by counter */
    uint64_t total;           /* executed selected instructions */
    double seconds;           /* of the run that counted */
    double limit;             /* seconds that a trial may take where the campaign does not say */
    GPtrArray *notices;       /* char *: what the user should know */
    uint64_t trace_most;      /* lines of a trial's trace, from its fault on; 0: trials are not traced */
    process_observer observe; /* NULL: nobody */
    gpointer observer;
};

/* Loads, selects, instruments and builds. The campaign must outlive it. */
struct process *process_new(const struct campaign *campaign, GError **error);
/* Loads and selects only: for those who have the executables, or want none. */
struct process *process_load(const struct campaign *campaign, GError **error);
void process_free(struct process *process);
typedef struct process process_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(process_t, process_free)

/* The golden run and the profile. The program runs twice, or three times where the first two
 * differ; what differs by itself goes into the notices. */
gboolean process_golden(struct process *process, const char *scratch, GError **error);

/* What the program calls that may let its runs wait for each other, at a server that serves one after the other or at a
 * lock (process_outside.c). NULL: nothing. */
const char *process_outside_call(const struct process *process);

/* Executions of an instruction in the profile. */
uint64_t process_executions(const struct process *process, unsigned index);

/* One trial; `scratch` is a folder that nobody else uses meanwhile. */
gboolean process_trial(const struct process *process, const struct planned *planned, const char *scratch,
                       struct trial *trial, GError **error);
/* The same, and hands out what the run left behind. */
struct process_result *process_replay(const struct process *process, const struct planned *planned, const char *scratch,
                                      struct trial *trial, GError **error);

/* The same for a fault that has been located, beside a process of ours that goes on meanwhile: a walk's
 * (process_walk.h). */
gboolean process_trial_beside(const struct process *process, const struct planned *planned, struct location location,
                              const char *scratch, pid_t spared, struct trial *trial, GError **error);
/* What a trial's run comes to. */
gboolean process_conclude(const struct process *process, const struct planned *planned,
                          const struct process_result *result, const char *scratch, struct trial *trial,
                          GError **error);
double process_time_limit(const struct process *process, const struct planned *planned);

/* Parts: what a user is told (process_notices.c): of functions and instructions that can't be struck, of the golden run
 * and a second one, of counts that a profile lacks. */
void process_tell_left_out(struct process *process);
void process_tell_golden(struct process *process, const struct process_result *again);
void process_tell_missing(struct process *process);

/* Building (process_build.c). */
gboolean process_build(struct process *process, GError **error);
/* The executable that counts; every_block as in struct functions. */
gboolean process_build_count(struct process *process, gboolean every_block, GError **error);
gboolean process_build_trace(struct process *process, GError **error);
/* The program instrumented, with the runtime and the injectors of software faults: a new module (functions_form). */
LLVMModuleRef process_form(const struct process *process, enum form form, unsigned *counters, unsigned *n_counters,
                           GError **error);
/* Compiles the injectors that the campaign's software faults bring with them, and links them (process_injectors.c). */
gboolean process_add_injectors(const struct process *process, LLVMModuleRef module, GError **error);
/* A module with the runtime as an executable in the cache: its path. */
char *process_build_module(const struct program *program, LLVMModuleRef module, GError **error);

/* One run of an executable (process_run.c). `plan`: what to inject; NULL: nothing. */
struct process_order {
    const char *executable;
    const struct runtime_plan *plan;
    enum gate_state gates; /* of the location's gate, or of its lead until that is over; the others are closed */
    struct location location;
    unsigned n_counters; /* 0: the executable does not count */
    uint64_t *counts;    /* receives them */
    double timeout;
    gboolean keep_folder; /* what the program leaves stays there until the caller removes it */
    struct trace_request trace;
    gboolean walks; /* it stops at the countdown (process_walk.h) */
    pid_t spared;   /* a child of ours that goes on; 0: there is none */
};
/* A trial's run, but for `spared` and traces. It points to the plan in *planned. */
struct process_order process_order_of(const struct process *process, const struct planned *planned,
                                      struct location location);
/* Where a run takes place. The caller frees. */
char *process_folder(const char *scratch);
struct process_result *process_run(const struct process *process, const struct process_order *order,
                                   const char *scratch, GError **error);

/* This process's environment for a run that finds its shared file there, filled up to a size that is the same in nearly
 * every shell (process_environment.c). Free with g_strfreev. */
char **process_environment(const char *shared);

/* Judging (process_outcome.c): outcome, sdc, signal and deviation of a trial. */
gboolean process_judge(const struct process *process, const struct process_result *result, gboolean injects,
                       const char *scratch, struct trial *trial, GError **error);
gboolean process_check_rule(const struct outcome_option *option, GError **error);
/* What makes a trial SDC, in sentences. The caller frees. */
char *process_definition(const struct campaign *campaign);

/* "exit status 0", "signal 11 (Segmentation fault)". The caller frees. */
char *process_status_text(int status);
/* "exit status 0, 120 octets of standard output, 4711 selected instructions". The caller frees. */
char *process_golden_text(const struct process *process);
/* What differs first between two runs: "standard output, line 3: 'a' and 'b'"; NULL: nothing. The caller frees. */
char *process_difference(const struct process *process, const struct process_result *a, const struct process_result *b);

#endif
