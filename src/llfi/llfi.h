/*
 * LLFI's workflow: `instrument`, `profile` and `injectfault` in the folder of an IR file ("base"), with the files and
 * line formats that scripts written for LLFI read.
 *
 *     input.yaml, fact.ll --instrument--> llfi/          executables, IR, and the record of what was instrumented
 *     llfi/fact-profiling.exe --profile--> llfi.stat.prof.txt, llfi/baseline/   golden run; adds to the record
 *     llfi/fact-faultinjection.exe --injectfault--> llfi/std_output, error_output, llfi_stat_output, prog_output
 *
 * All of this runs with base as the current folder, and paths are relative to it.
 *
 * dialect/ reads input.yaml, tree/ these files, traces/ traces and reports on them, verbs/ the command lines.
 */
#ifndef LLTFI_LLFI_LLFI_H
#define LLTFI_LLFI_LLFI_H

#include "engine/program/subject.h"
#include "llfi/dialect/dialect.h"

/* The paths of a program's files. */
struct llfi_tree {
    char *base;   /* absolute */
    char *folder; /* "llfi", or what --dir says */
    char *stem;   /* "fact" of fact.ll */
};

/* The tree of an IR file, and that of an executable in it, whose name ends with `ending`: "-profiling.exe". */
struct llfi_tree *llfi_tree_of_source(const char *path, const char *folder, GError **error);
struct llfi_tree *llfi_tree_of_executable(const char *path, const char *ending, GError **error);
void llfi_tree_free(struct llfi_tree *tree);
typedef struct llfi_tree llfi_tree_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(llfi_tree_t, llfi_tree_free)

#define LLFI_PROFILING "-profiling.exe"
#define LLFI_FAULTINJECTION "-faultinjection.exe"
#define LLFI_INPUT "input.yaml"

gboolean llfi_tree_enter(const struct llfi_tree *tree, GError **error);
/* "llfi/NAME", "llfi/fact-NAME". The caller frees. */
char *llfi_path(const struct llfi_tree *tree, const char *name);
char *llfi_stem_path(const struct llfi_tree *tree, const char *ending);

/* What instrument leaves for profile, and both for injectfault: llfi/lltfi.record. */
struct llfi_record {
    char *index;               /* the numbered IR */
    char *hash;                /* of the numbered IR's bytes */
    char *libs;                /* for the linker; NULL: none */
    gboolean cxx;              /* whether it is linked as C++ */
    gboolean ml_lines;         /* --use-ml-specific-rt: lines about faults as LLTFI's runtime for models writes them */
    gboolean ml_stats;         /* --enable-ML-FI-stats: cycles and faults by layer */
    struct llfi_option option; /* of the copy of input.yaml beside the record, which llfi_campaign reads */
    unsigned n_counters;       /* of the profiling executable */
    GArray *counters;          /* int: by LLFI index - 1; -1: not counted */
    gboolean profiled;         /* whether the fields below are set */
    char *command;             /* the golden run's arguments, one a line */
    uint64_t total;            /* total_cycle */
    int status;                /* as waitpid gives it */
    double seconds;
    GPtrArray *files;   /* char *: files that the golden run wrote, relative to base */
    GArray *executions; /* uint64_t: by LLFI index - 1 */
};

struct llfi_record *llfi_record_new(void);
struct llfi_record *llfi_record_load(const struct llfi_tree *tree, GError **error);
gboolean llfi_record_save(const struct llfi_record *record, const char *path, GError **error);
void llfi_record_free(struct llfi_record *record);
typedef struct llfi_record llfi_record_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(llfi_record_t, llfi_record_free)
#define LLFI_RECORD "lltfi.record"

/* SHA-256 of a file's bytes. The caller frees. */
char *llfi_hash(const char *path, GError **error);

/* The campaign of an executable: the selection of the copy of input.yaml that instrument made, and everything else of
 * the file `input` (NULL: of the copy as well). */
struct campaign *llfi_campaign(const struct llfi_tree *tree, struct llfi_record *record, const char *input,
                               GPtrArray *arguments, GError **error);
/* Arguments as the program gets them: files in base by relative paths, files elsewhere by absolute ones. To be called
 * before llfi_tree_enter. */
GPtrArray *llfi_arguments(const struct llfi_tree *tree, int argc, char **argv);
/* The program of a record, with the tree's executables. */
struct program_subject *llfi_subject(const struct llfi_tree *tree, const struct llfi_record *record,
                                     const struct campaign *campaign, GError **error);
/* Sets the golden run from what profile wrote. */
gboolean llfi_take_golden(const struct llfi_tree *tree, const struct llfi_record *record,
                          struct program_subject *subject, GError **error);

struct llfi_instrument {
    GPtrArray *libs; /* char *: -L and -l, for the linker */
    gboolean readable, ir_only, verbose, ml_runtime, ml_stats;
};

/* Prints what a compiler printed, and clears it. */
void llfi_print_warnings(GString *warnings);

/* Makes the folder and the files in base; after an error nothing is left. */
gboolean llfi_instrument(const struct llfi_tree *tree, const char *source, const struct llfi_instrument *option,
                         GError **error);

/* One golden run; *status receives how the program ended. */
gboolean llfi_profile(const struct llfi_tree *tree, GPtrArray *arguments, int *status, GError **error);

/* Writes instrument's files in base: totalindex, compile time, log, and the graph where input.yaml has generateCDFG. */
gboolean llfi_write_base(const struct campaign *campaign, const struct llfi_option *option,
                         const struct program_subject *subject, GError **error);

/* Adds to the campaign's files what runs find in their folders: the files of base except IR and LLFI's own. Large ones
 * that are not arguments are added to its links. */
gboolean llfi_add_files(struct campaign *campaign, const struct llfi_tree *tree, GError **error);
/* Copies arguments that are files, or lists of files with commas, to llfi/prog_input. */
gboolean llfi_keep_inputs(const struct llfi_tree *tree, const GPtrArray *arguments, GError **error);
/* Names of files that a run made or changed in its folder. */
GPtrArray *llfi_new_files(const char *folder);
/* "out.txt" with number "0-3" becomes "out.0-3.txt", and "out" becomes ".0-3.out", as in LLFI. The caller frees. */
char *llfi_numbered_name(const char *name, const char *number);
/* Moves a file, also to another file system. */
gboolean llfi_move(const char *from, const char *to, GError **error);

/* A layer of a model in IR: instructions begin..end-1 by LLFI index. */
struct llfi_layer {
    int number; /* from 1 */
    char *name; /* the first seven letters of its operator's type */
    unsigned begin, end;
    unsigned function_begin; /* the first index of its function */
};

/* All layers (struct llfi_layer); the innermost one that holds an instruction; their lines of llfi.stat.prof.txt. */
GArray *llfi_layers(const struct program_subject *subject);
const struct llfi_layer *llfi_layer_of(const GArray *layers, unsigned index);
void llfi_append_layers(GString *text, const struct program_subject *subject);

/* If input.yaml has tracingPropagation: builds the executable that traces; trials are traced from their fault on. */
gboolean llfi_trace_begin(struct program_subject *subject, const struct llfi_option *option, GError **error);
/* Writes the trace of another golden run, and that of a trial after its fault; nothing without tracingPropagation. */
gboolean llfi_trace_golden(struct program_subject *subject, const char *scratch, const char *path, GError **error);
gboolean llfi_trace_write(const struct program_subject *subject, const struct run_result *result, const char *path,
                          GError **error);

/* What is needed to write a campaign's trials into the tree. */
struct llfi_trials {
    const struct llfi_tree *tree;
    const struct llfi_record *record;
    const struct campaign *campaign;
    GArray *layers; /* struct llfi_layer; NULL: lines about faults name no layer */
    int *
        statuses; /* by trial, in memory shared with the workers: exit status, or minus the signal, or LLFI_TIMED_OUT */
};
#define LLFI_TIMED_OUT G_MININT

/* Makes the folders; what an earlier campaign wrote is removed. */
gboolean llfi_trials_begin(const struct llfi_trials *trials, GError **error);
/* Writes a trial's files. A run_observer; data is struct llfi_trials. */
gboolean llfi_keep_trial(const struct program_subject *subject, const struct planned *planned,
                         const struct run_result *result, const struct trial *trial, const char *folder, gpointer data,
                         GError **error);
/* "0-3": run 3 of run option 0. */
char *llfi_trial_number(const struct campaign *campaign, uint64_t number, int *config, uint64_t *run);

/* The lines of llfi.stat.fi.injectedfaults, one for each changed bit. */
void llfi_append_injections(GString *text, const struct llfi_trials *trials, const struct program_subject *subject,
                            const struct trial *trial);
/* The text of llfi.config.runtime.txt for a trial. The caller frees. */
char *llfi_runtime_text(const struct campaign *campaign, const struct planned *planned);

/* What fi_type says. */
const char *llfi_fault_name(const struct run_option *option);

#endif
