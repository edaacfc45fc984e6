/*
 * LLFI's way of working on a program: `instrument`, `profile` and `injectfault` in the folder of an IR file ("base"),
 * with the files and line formats that LLFI's users' scripts read.
 *
 *     input.yaml, fact.ll --instrument--> llfi/          executables, IR, and the record of what was instrumented
 *     llfi/fact-profiling.exe --profile--> llfi.stat.prof.txt, llfi/baseline/   golden run; adds to the record
 *     llfi/fact-faultinjection.exe --injectfault--> llfi/std_output, error_output, llfi_stat_output, prog_output
 *
 * Everything here works with base as the current folder; paths are as seen from there.
 */
#ifndef LLTFI_LLFI_LLFI_H
#define LLTFI_LLFI_LLFI_H

#include "engine/program/subject.h"
#include "llfi/dialect/dialect.h"

/* Where things are. */
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
    char *hash;                /* of its bytes */
    char *libs;                /* for the linker, NULL: none */
    gboolean cxx;              /* linked as C++ */
    gboolean ml_lines;         /* --use-ml-specific-rt: lines as that runtime writes them */
    gboolean ml_stats;         /* --enable-ML-FI-stats: cycles and faults by layer */
    struct llfi_option option; /* of the copy of input.yaml, which lies beside the record: llfi_campaign reads it */
    unsigned n_counters;       /* of the profiling executable */
    GArray *counters;          /* int: by LLFI index - 1; -1: not counted */
    gboolean profiled;         /* what follows is known */
    char *command;             /* the arguments of the golden run, for comparison */
    uint64_t total;            /* total_cycle */
    int status;                /* as waitpid gives it */
    double seconds;
    GPtrArray *files;   /* char *: what the golden run wrote, by its names in base */
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

/* What an executable's campaign is: the selection of instrument's copy, everything else of base's file as it is now
 * (NULL: nothing), the program and its arguments. */
struct campaign *llfi_campaign(const struct llfi_tree *tree, struct llfi_record *record, const char *input,
                               GPtrArray *arguments, GError **error);
/* Arguments as the program gets them in base: files elsewhere by absolute paths. Before llfi_tree_enter. */
GPtrArray *llfi_arguments(const struct llfi_tree *tree, int argc, char **argv);
/* The process of a record, with the executables of the tree. */
struct program_subject *llfi_subject(const struct llfi_tree *tree, const struct llfi_record *record,
                                     const struct campaign *campaign, GError **error);
/* What profile found takes the place of a golden run. */
gboolean llfi_take_golden(const struct llfi_tree *tree, const struct llfi_record *record,
                          struct program_subject *subject, GError **error);

struct llfi_instrument {
    GPtrArray *libs; /* char *: -L and -l, for the linker */
    gboolean readable, ir_only, verbose, ml_runtime, ml_stats;
};

/* Prints what a compiler printed, and forgets it. */
void llfi_print_warnings(GString *warnings);

/* Makes the folder and base's files, or nothing. */
gboolean llfi_instrument(const struct llfi_tree *tree, const char *source, const struct llfi_instrument *option,
                         GError **error);

/* One golden run; *status receives how the program ended. */
gboolean llfi_profile(const struct llfi_tree *tree, GPtrArray *arguments, int *status, GError **error);

/* Files of base that instrument writes: totalindex, compile time, log. */
gboolean llfi_write_base(const struct campaign *campaign, const struct llfi_option *option,
                         const struct program_subject *subject, GError **error);

/* What runs find in their folders: base without IR and LLFI's own files, which are copied, or, where they are large and
 * no arguments, linked. Adds to the campaign's files and links. */
gboolean llfi_add_files(struct campaign *campaign, const struct llfi_tree *tree, GError **error);
/* Copies the arguments that are files, also those of a list with commas, to llfi/prog_input. */
gboolean llfi_keep_inputs(const struct llfi_tree *tree, const GPtrArray *arguments, GError **error);
/* Names in a run's folder that are new, or whose files have changed. */
GPtrArray *llfi_new_files(const char *folder);
/* "out.txt" and "0-3": "out.0-3.txt"; "out": ".0-3.out", as LLFI makes it. The caller frees. */
char *llfi_numbered_name(const char *name, const char *number);
/* Moves it, also to another file system. */
gboolean llfi_move(const char *from, const char *to, GError **error);

/* A layer of a model in IR: instructions begin..end-1 by LLFI index. */
struct llfi_layer {
    int number; /* from 1 */
    char *name; /* the first seven letters of its operator's type */
    unsigned begin, end;
    unsigned function_begin; /* the first index of its function */
};

/* struct llfi_layer; the innermost one that holds an instruction; their lines for llfi.stat.prof.txt. */
GArray *llfi_layers(const struct program_subject *subject);
const struct llfi_layer *llfi_layer_of(const GArray *layers, unsigned index);
void llfi_append_layers(GString *text, const struct program_subject *subject);

/* Where input.yaml asks for traces: builds what traces, and has trials traced from their fault on. */
gboolean llfi_trace_begin(struct program_subject *subject, const struct llfi_option *option, GError **error);
/* A golden run of its own for the trace, and the trace of a trial that was struck; nothing where none is asked for. */
gboolean llfi_trace_golden(struct program_subject *subject, const char *scratch, const char *path, GError **error);
gboolean llfi_trace_write(const struct program_subject *subject, const struct run_result *result, const char *path,
                          GError **error);

/* The trials of a campaign as they are written into the tree. */
struct llfi_trials {
    const struct llfi_tree *tree;
    const struct llfi_record *record;
    const struct campaign *campaign;
    GArray *layers; /* NULL: faults are not told by layer */
    int *statuses;  /* by trial, shared with those who run them: exit status, or minus the signal */
};
#define LLFI_TIMED_OUT G_MININT

/* Makes the folders, without what an earlier campaign left in them. */
gboolean llfi_trials_begin(const struct llfi_trials *trials, GError **error);
/* A run_observer; data is struct llfi_trials. */
gboolean llfi_keep_trial(const struct program_subject *subject, const struct planned *planned,
                         const struct run_result *result, const struct trial *trial, const char *folder, gpointer data,
                         GError **error);
/* "0-3": run 3 of run option 0. */
char *llfi_trial_number(const struct campaign *campaign, uint64_t number, int *config, uint64_t *run);

/* The lines of llfi.stat.fi.injectedfaults, one a changed bit. */
void llfi_append_injections(GString *text, const struct llfi_trials *trials, const struct program_subject *subject,
                            const struct trial *trial);
/* llfi.config.runtime.txt of a trial. */
char *llfi_runtime_text(const struct campaign *campaign, const struct planned *planned);

/* What fi_type says. */
const char *llfi_fault_name(const struct run_option *option);

#endif
