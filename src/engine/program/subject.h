/*
 * Programs as subjects of faults (tier 3): every trial is a process of its own, with a folder of its own.
 *
 * The program is built twice: with block counters for the profile, and with armed blocks for everything else. Both
 * executables are cached by content. A run shares a file with the program (runtime/program/shared_page.h), from which
 * the program reads its fault, and in which it records what happened, however it ends.
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

/* The results of one run. */
struct run_result {
    int status;         /* as waitpid gives it */
    gboolean timed_out; /* and was killed */
    double seconds;
    GByteArray *output, *messages; /* standard output and standard error, up to a limit */
    struct dropped {
        guint64 size;    /* bytes after that limit */
        GChecksum *hash; /* of them */
    } dropped[2];
    GPtrArray *names;   /* char *: of `files` */
    GPtrArray *files;   /* GBytes of the files that are compared; NULL: missing */
    gboolean cut_short; /* threads were running when a counting run ended */
    uint64_t countdown; /* its value when the program last stored it */
    struct shared_page *shared;
    struct trace *trace; /* NULL: not requested */
};

void run_result_free(struct run_result *result);
typedef struct run_result run_result_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(run_result_t, run_result_free)

struct confining;
struct program_subject;

/* Called after a trial has been judged, while its folder exists, in the process that ran it. */
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
    uint64_t *counts; /* by counter */
    uint64_t total;   /* executed selected instructions */
    double seconds;   /* of the run that counted */
    double limit;     /* time limit of a trial in seconds, if the campaign gives none */
    struct confining *confining;
    GPtrArray *ignored;   /* GRegex *: lines that are not compared */
    gboolean from_start;  /* trials run from the program's beginning: snapshots of it differ without a fault */
    gboolean in_turn;     /* one thread of a run runs at a time */
    gboolean all_gates;   /* nothing is written to its code after its beginning */
    uint64_t trace_most;  /* lines of a trial's trace, from its fault on; 0: trials are not traced */
    run_observer observe; /* NULL: none */
    gpointer observer;
};

/* The campaign must outlive it. */
struct program_subject *program_subject_create(const struct campaign *campaign);
/* A subject of this kind. */
const struct program_subject *program_subject_of(const struct subject *subject);
gboolean subject_is_program(const struct subject *subject);

/* Made, loaded, and built. */
struct program_subject *program_subject_new(const struct campaign *campaign, GError **error);
/* Made, loaded and selected only, for callers that have the executables or need none. */
struct program_subject *program_subject_load(const struct campaign *campaign, GError **error);
void program_subject_free(struct program_subject *subject);
typedef struct program_subject program_subject_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(program_subject_t, program_subject_free)

/* Makes the golden run and the profile. The program runs twice, or three times if the first two runs differ; a notice
 * says what differs. */
gboolean program_run_golden(struct program_subject *subject, const char *scratch, GError **error);

/* Waits until the current second is over, if the program may read a clock: two runs in one second agree also where they
 * depend on the time of day. */
void program_await_next_second(const struct program_subject *subject);

/* The name of a function that the program calls and that may make its runs wait for each other, at a server or a lock.
 * NULL: none. */
const char *program_outside_call(const struct program_subject *subject);

/* Whether trials are to begin at their faults, where a snapshot can be taken there. */
gboolean program_takes_snapshots(const struct program_subject *subject);

/* How often an instruction was executed in the profile, by its LLFI index. */
uint64_t program_executions(const struct program_subject *subject, unsigned index);

/* Runs one trial; `scratch` is a folder that nothing else uses meanwhile. */
gboolean program_trial(const struct program_subject *subject, const struct planned *planned, const char *scratch,
                       struct trial *trial, GError **error);
/* The same, and returns the run's results. */
struct run_result *program_trial_replay(const struct program_subject *subject, const struct planned *planned,
                                        const char *scratch, struct trial *trial, GError **error);

/* program_trial for a fault that has been located, while `spared`, the process of a walk (walk.h), exists. */
gboolean program_trial_beside(const struct program_subject *subject, const struct planned *planned,
                              struct location location, const char *scratch, pid_t spared, struct trial *trial,
                              GError **error);
/* Sets a trial's injections and outcome from its run. */
gboolean program_conclude(const struct program_subject *subject, const struct planned *planned,
                          const struct run_result *result, const char *scratch, struct trial *trial, GError **error);
double program_time_limit(const struct program_subject *subject, const struct planned *planned);

/* Refuses names of functions and numbers of instructions that the program does not have (names.c). */
gboolean program_check_names(const struct program_subject *subject, GError **error);

/* Parts of the above, in notices.c: add notices about functions and instructions that can't be struck, about the golden
 * run and a second one, and about counts that a profile lacks. */
void program_note_left_out(struct program_subject *subject);
void program_note_golden(struct program_subject *subject, const struct run_result *again);
void program_note_missing(struct program_subject *subject);

/* Running trials in workers, and a single one (trials.c). */
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
/* A new module: the program in one of its forms (COMPILE_PROGRAM), with the injectors of software faults. For
 * FORM_COUNT, `counters`, which has an element for each instruction, receives the instructions' counters or UINT_MAX,
 * and *n_counters the number of counters. */
LLVMModuleRef program_form(const struct program_subject *subject, enum form form, unsigned *counters,
                           unsigned *n_counters, GError **error);
/* Compiles the custom injectors of the campaign's software faults (injectors.c); *injectors is not set if there are
 * none. */
gboolean program_compile_injectors(const struct program_subject *subject, LLVMModuleRef *injectors, GError **error);
/* Builds a module that has the runtime, or finds it in the cache. Returns the executable's path; the caller frees. */
char *program_build_module(const struct program *program, LLVMModuleRef module, GError **error);

/* A run to make (run.c). `plan`: what to inject; NULL: nothing. */
struct run_order {
    const char *executable;
    const struct runtime_plan *plan;
    enum gate_state gates; /* of the location's gate, or until the fault is near its lead; all others are closed */
    struct location location;
    unsigned n_counters; /* 0: the executable does not count */
    uint64_t *counts;    /* receives the counts */
    double timeout;
    gboolean keep_folder; /* the run's folder is kept; the caller removes it */
    struct trace_request trace;
    gboolean keeps_gates;
    gboolean walks; /* the run is a walk and stops at the countdown (walk.h) */
    pid_t spared;   /* a child of ours that is not killed when the run ends; 0: none */
};
/* The run of a trial, without `spared` and traces. It points to the plan in *planned. */
struct run_order program_order(const struct program_subject *subject, const struct planned *planned,
                               struct location location);
/* The path of a run's folder. The caller frees. */
char *run_folder(const char *scratch);
struct run_result *program_run(const struct program_subject *subject, const struct run_order *order,
                               const char *scratch, GError **error);

/* The environment of a run: this process's, with the path of the shared file, padded to a size that is the same in
 * nearly every shell. Free with g_strfreev. */
char **run_environment(const char *shared);

/* Sets outcome, sdc, signal and deviation of a trial (judge.c). */
gboolean program_judge(const struct program_subject *subject, const struct run_result *result, gboolean injects,
                       const char *scratch, struct trial *trial, GError **error);
gboolean program_check_rule(const struct outcome_option *option, GError **error);
/* What makes a trial SDC, in sentences. The caller frees. */
char *program_sdc_definition(const struct program_subject *subject);

/* "exit status 0", "signal 11 (Segmentation fault)". The caller frees. */
char *status_text(int status);
/* "exit status 0, 120 bytes of standard output, 4711 selected instructions". The caller frees. */
char *program_golden_text(const struct program_subject *subject);
/* The first difference between two runs: "standard output, line 3: 'a' and 'b'"; NULL: none. The caller frees. */
char *run_difference(const struct program_subject *subject, const struct run_result *a, const struct run_result *b);

#endif
