/*
 * The settings of a campaign: which sites, which faults, which inputs, which outcome rule. LLFI's input.yaml and our
 * own keys are one schema (docs/configuration.md); the command line sets the same fields.
 */
#ifndef LLTFI_CONFIG_CAMPAIGN_H
#define LLTFI_CONFIG_CAMPAIGN_H

#include "config/selection.h"

/* The largest time limit of a trial in seconds: 30 years, so that times in microseconds fit into 64 bits. */
#define LONGEST_TIMEOUT 1e9

/* One entry of runOption. Negative numbers: not given. */
struct run_option {
    char *name;                            /* for messages: "runOption[0]" */
    int64_t trials;                        /* numOfRuns, default 1000 */
    enum fault_type fault;                 /* fi_type */
    const struct software_fault *software; /* of FAULT_SOFTWARE; NULL while a file is read: that of the first entry */
    int64_t cycle;                         /* fi_cycle, from 1 */
    int64_t index;                         /* fi_index: LLFI index */
    int64_t reg_index;                     /* fi_reg_index */
    int64_t bit;                           /* fi_bit */
    int num_bits;                          /* fi_num_bits, 1.. */
    int64_t window_len;                    /* second fault at cycle + 1..window_len */
    int max_multiple;     /* fi_max_multiple: number of faults, each in another dynamic instruction; -1: one */
    int64_t window_start; /* gaps between them: uniform in window_start..window_end; -1: 1..total-1 */
    int64_t window_end;
    int64_t seed;   /* fi_random_seed, -1: the campaign's */
    double timeout; /* timeOut, seconds; <= 0: the campaign's */
    gboolean verbose;
};

/* How pictures become tensors: element = ((pixel * scale)^gamma - mean[c]) / std[c], pixel in 0..255. */
enum image_layout { LAYOUT_AUTO, LAYOUT_NCHW, LAYOUT_NHWC };

struct image_option {
    enum image_layout layout; /* AUTO: NCHW unless the model's input ends in 1 or 3 or 4 channels */
    double scale;             /* default 1/255 */
    double gamma;             /* default 1; above 0, and 1 where the scale is negative */
    double mean[4];           /* default 0 */
    double std[4];            /* default 1 */
    gboolean invert;          /* 255 - pixel first */
};

enum outcome_rule { RULE_AUTO, RULE_CLASSIFIER, RULE_REGRESSION, RULE_EXACT, RULE_TOLERANCE, RULE_COMMAND };

struct outcome_option {
    enum outcome_rule rule; /* AUTO: classifier where output 0 is one row of 2 or more floats, else exact */
    unsigned sdc; /* classifier: which of SDC_TOP1, SDC_TOP5, SDC_CONFIDENCE_10.. makes a trial SDC; default SDC_TOP1 */
    gboolean relative_confidence; /* confidence changes are relative to the golden confidence (default) or absolute */
    int n_thresholds;             /* regression: default 15, 30, 60, 90 */
    double thresholds[16];
    int deciding_threshold;    /* index of the threshold that makes a trial SDC, default 0 */
    double absolute_tolerance; /* tolerance: |faulty - golden| > absolute + relative * |golden| is SDC */
    double relative_tolerance;
    char *command; /* command: run with the golden and the faulty output file; status 0 benign, 1 SDC */
};

/* A program in place of a model: C and C++ sources, LLVM IR. */
struct program_option {
    GPtrArray *sources;   /* char *: files as given; empty: the campaign is about a model */
    GPtrArray *arguments; /* char *: what the program is called with */
    GPtrArray *files;     /* char *: copied into the folder of each run, besides arguments that name files */
    GPtrArray *links;     /* char *: symbolic links in that folder, to what is too large to be copied */
    GPtrArray *outputs;   /* char *: files that the program writes and that are compared, relative to that folder */
    GPtrArray *ignore;    /* char *: regular expressions of lines that are not compared */
    char *cflags;         /* for the compiler, NULL: none; split as a shell would */
    char *libs;           /* for the linker */
    char *input;          /* the file that it reads as standard input; NULL: nothing */
    gboolean cxx;         /* link as C++ whatever the sources are */
    gboolean threads;     /* treat as a program with threads, even if no library call shows them */
    gboolean confine;     /* runs get namespaces of their own where the system allows it */
    gboolean ignores_messages; /* what it writes to standard error is not compared */
    int detected_status;       /* the exit status by which a program says that it detected a fault; -1: none */
};

struct campaign {
    char *file; /* the YAML, NULL: none */
    char *model;
    struct program_option program;
    gboolean is_program; /* set before a file is read: software faults are allowed, because calls can be struck */
    GPtrArray *inputs;   /* char *: files and folders as given */
    GPtrArray *labels;   /* char *: one label, or a label file; empty: none */
    GPtrArray *dims;     /* char *: "batch=1" */
    struct selection selection;
    GPtrArray *runs; /* struct run_option *, at least one */
    struct image_option image;
    struct outcome_option outcome;
    int64_t seed;                  /* default 1 */
    int jobs;                      /* default: number of cores */
    enum fault_level level;        /* what faults strike */
    enum sampling sampling;        /* how an element is drawn at the levels tensor and weight */
    double timeout;                /* seconds a trial may take; <= 0: a multiple of the golden run's time */
    int opt_level;                 /* of the fault form, 0..3; 0: scalar SSA */
    gboolean exhaustive;           /* every single-bit fault of the selected sites instead of a sample */
    GArray *bits;                  /* exhaustive: unsigned, ascending: the bits of each register; empty: all */
    gboolean contained_only;       /* exhaustive: leave out faults that need a child of their own */
    double until_error;            /* stop when the SDC rate's 95 % interval has this half-width; 0: never */
    gboolean until_by_layer;       /* in every layer, not only overall */
    gboolean trials_given;         /* numOfRuns or --trials was given; if not, until_error alone ends the campaign */
    gboolean snapshots;            /* of programs: trials begin at their fault where that is safe */
    gboolean allow_nondeterminism; /* control trials that differ are counted, and do not end the campaign */
    gboolean record;               /* trials record how their faults propagate */
    char *out;                     /* the campaign's folder */
    char *protect;                 /* the plan of protection (config/protection.h), a YAML file; NULL: none */
    gboolean originals_only;       /* faults strike only what they strike without protection */
    GPtrArray *notices;            /* char *: accepted, but dead or misspelt keys: "input.yaml:3:1: ..." */
};

/* A campaign with every default. Free with campaign_free. */
struct campaign *campaign_new(void);
void campaign_free(struct campaign *campaign);
typedef struct campaign campaign_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(campaign_t, campaign_free)

/* A run_option with every default, for campaign->runs. */
struct run_option *run_option_new(void);

/* How many faults a trial has: two with window_len, else fi_max_multiple or one. */
int run_option_faults(const struct run_option *option);

struct dialect;

/*
 * Reads a YAML file into a campaign: keys in the file replace the campaign's values. Unknown keys, wrong types and
 * values out of range are errors with file:line:column and what is allowed there; all of them are reported at once. A
 * dialect (config/schema.h) adds keys of another tool; NULL: none.
 */
gboolean campaign_load(struct campaign *campaign, const char *path, const struct dialect *dialect, GError **error);
/* The same from memory; `path` names the text in messages, and paths in it are relative to its folder. */
gboolean campaign_load_text(struct campaign *campaign, const char *text, gsize size, const char *path,
                            const struct dialect *dialect, GError **error);

/*
 * The YAML loader and the command line share the setters below. Each takes one word as the user wrote it. Errors
 * (LLTFI_ERROR_USAGE) say what is allowed; the caller prefixes the place of the word ("--fault: ", "input.yaml:3:9: ").
 */

/* Sets the fault: "none", "bitflip", "stuck_at_0"..., the name of a software fault, or "SoftwareFault" for the one that
 * the first entry of instSelMethod names. */
gboolean fault_type_parse(const char *text, struct run_option *option, GError **error);
/* The word that sets this fault. */
const char *fault_type_name(const struct run_option *option);

/* Whether the fault changes registers (or elements), as hardware faults do. */
gboolean fault_strikes_registers(enum fault_type fault);

/* The faults that strike registers: "bitflip, stuck_at_0, stuck_at_1 or random_value". The caller frees. */
char *fault_choices(void);
/* Whether a text is the name of a software fault, "BufferOverflow(API)", or a word that stands for one. */
gboolean names_software_fault(const char *text);
/* Selects what a software fault strikes, and makes it the fault of every run. */
void campaign_set_software(struct campaign *campaign, const struct software_fault *fault);
/* All software faults of the selection and the runs, each once: const struct software_fault *. */
GPtrArray *campaign_software(const struct campaign *campaign);
/* Replaces "SoftwareFault", "Automatic" and the like by the software fault of the first entry of instSelMethod. */
gboolean campaign_resolve_software(struct campaign *campaign, GError **error);

/* Adds "0..31", "30" or several of these separated by ',' to the bits, which stay ascending and without repetition. */
gboolean bits_parse(const char *text, GArray *bits, GError **error);
/* Whether the bits include this one; an empty list includes all. */
gboolean bits_contain(const GArray *bits, unsigned bit);
/* "0.5%" or "0.005": above 0, below 0.5. */
gboolean share_parse(const char *text, double *share, GError **error);

/* Checks an exhaustive or open-ended campaign against its run options. */
gboolean campaign_check(const struct campaign *campaign, GError **error);

/* Checks the fields of a run option against each other (window_len and fi_max_multiple...). */
gboolean run_option_check(const struct run_option *option, GError **error);

/* The campaign as canonical YAML text, with exactly the fields that can change a result: a resumed campaign must have
 * the same text. It leaves out names of files, whose content identifies them. The caller frees. */
char *campaign_canonical(const struct campaign *campaign);
/* The same with the names of all files: stored in the campaign's folder to run it again. */
char *campaign_description(const struct campaign *campaign);

#endif
