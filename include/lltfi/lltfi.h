/*
 * LLTFI as a library: campaigns of faults on ONNX models and on C and C++ programs. In short:
 *
 *     lltfi_settings *settings = lltfi_settings_new();
 *     lltfi_campaign *campaign = NULL;
 *     lltfi_error *error = NULL;
 *
 *     if (lltfi_settings_subject(settings, "lenet.onnx", &error) &&
 *         lltfi_settings_set(settings, "input", "eight.png", &error) &&
 *         (campaign = lltfi_campaign_open(settings, NULL, &error)) && lltfi_campaign_run(campaign, &error))
 *         puts("ready");
 *     else
 *         fputs(lltfi_error_message(error), stderr);
 *
 * examples/library/rate.c is a whole program, docs/library.md explains.
 *
 * Failure: a function that returns int returns 1 for success and 0 for failure; one that returns a pointer returns NULL
 * for failure. *error, which must be NULL before, then has the reason, and the caller frees it. An `error` that is NULL
 * itself means that the reason is not wanted.
 *
 * Campaigns fork: call the library from a process with one thread. One campaign is open at a time.
 */
#ifndef LLTFI_LLTFI_H
#define LLTFI_LLTFI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0". */
const char *lltfi_version(void);

/* Why something failed. Programs that use GLib may take it as GError. */
typedef struct _GError lltfi_error;

/* One or more sentences; "" for NULL. The error owns them. */
const char *lltfi_error_message(const lltfi_error *error);
/* 1: the settings are wrong or incomplete. 0: what they ask for failed. */
int lltfi_error_is_usage(const lltfi_error *error);
void lltfi_error_free(lltfi_error *error);

/*
 * What a campaign is asked to do. The subject comes first, then files, then single settings: each has the last word
 * over those before it. lltfi_campaign_open reports what is missing or does not go together.
 */
typedef struct lltfi_settings lltfi_settings;

lltfi_settings *lltfi_settings_new(void);
void lltfi_settings_free(lltfi_settings *settings);

/* What faults strike: an ONNX model, or the C, C++ or LLVM IR sources of a program, one call each. Not needed where a
 * file of settings names it. */
int lltfi_settings_subject(lltfi_settings *settings, const char *path, lltfi_error **error);
/* A file of settings: YAML as `lltfi run --config` takes it. */
int lltfi_settings_load(lltfi_settings *settings, const char *path, lltfi_error **error);
/* One setting by the name of its option (`lltfi run --help`) and its value: "trials", "1000". NULL is the value of an
 * option without one. A setting that is a list ("input", "layer"...) gets one more entry by each call. */
int lltfi_settings_set(lltfi_settings *settings, const char *name, const char *value, lltfi_error **error);
/* The next argument that the program is called with. */
void lltfi_settings_argument(lltfi_settings *settings, const char *argument);

/* How trials end. */
typedef enum lltfi_outcome {
    LLTFI_BENIGN,
    LLTFI_SDC,
    LLTFI_CRASH,
    LLTFI_HANG,
    LLTFI_DETECTED,
    LLTFI_CORRECTED,
    LLTFI_NOT_ACTIVATED, /* the instruction that was to be struck was not executed */
    LLTFI_OUTCOMES       /* how many there are */
} lltfi_outcome;

/* "benign", "SDC"... */
const char *lltfi_outcome_name(lltfi_outcome outcome);

/* One trial, and the first of its faults. */
typedef struct lltfi_trial {
    uint64_t number; /* from 0: the same fault in every campaign with these settings and this seed */
    lltfi_outcome outcome;
    int signal;             /* of a crash, else 0 */
    int input;              /* number of the input, from 0 */
    int layer;              /* number of the struck layer or function, from 1; 0: none */
    int injections;         /* faults that were applied; 0: what is below has no meaning */
    uint64_t cycle;         /* ordinal of the struck instruction among the executed selected ones, from 1 */
    unsigned bit, width;    /* the lowest struck bit, and the bits of the register or element */
    uint64_t before, after; /* its low 64 bits */
} lltfi_trial;

typedef struct lltfi_progress {
    uint64_t total;                    /* trials that there will be */
    uint64_t done;                     /* trials that have ended */
    uint64_t earlier;                  /* of these: in earlier runs of this campaign */
    uint64_t outcomes[LLTFI_OUTCOMES]; /* how those that have ended did so */
} lltfi_progress;

/* The work of an exhaustive campaign. */
typedef struct lltfi_extent {
    uint64_t faults;
    uint64_t forked; /* of these: need a child process each, which is slow */
    size_t inputs;
} lltfi_extent;

/* What is called, with `data`, while a campaign is opened and run. Each may be NULL. */
typedef struct lltfi_events {
    void *data;
    /* What takes long before the first trial begins: "golden run"; NULL: it has ended. */
    void (*phase)(void *data, const char *what);
    /* What the user should know: a sentence. */
    void (*note)(void *data, const char *text);
    /* What a compiler printed: lines, each with its end. */
    void (*warning)(void *data, const char *text);
    /* Before an exhaustive campaign. */
    void (*extent)(void *data, const lltfi_extent *extent);
    /* About how many seconds an exhaustive campaign takes; resumed: what is left of it. It is measured only for this.
     */
    void (*estimate)(void *data, double seconds, int resumed);
    /* Trials begin, then several times a second; NULL: they have ended. */
    void (*progress)(void *data, const lltfi_progress *progress);
    /* A trial has ended and is stored. Trials end in any order; those of exhaustive campaigns are only counted. */
    void (*trial)(void *data, const lltfi_trial *trial);
    /* Asked several times a second; not 0: start no more trials. */
    int (*stop)(void *data);
} lltfi_events;

typedef struct lltfi_campaign lltfi_campaign;

/* Reads and compiles the subject, and runs it without faults. A failure leaves nothing on disk. `settings` and what
 * `events` has as data must outlive the campaign, and `settings` must not change before it is closed. `events` may be
 * NULL. */
lltfi_campaign *lltfi_campaign_open(lltfi_settings *settings, const lltfi_events *events, lltfi_error **error);
/* Runs the trials that the campaign's folder does not have yet. Succeeds also where events->stop ended it early: the
 * same settings go on from there, also in another process. */
int lltfi_campaign_run(lltfi_campaign *campaign, lltfi_error **error);
/* Where the results are: setting "out", or one named after the subject. The campaign owns the text. */
const char *lltfi_campaign_folder(const lltfi_campaign *campaign);
void lltfi_campaign_close(lltfi_campaign *campaign);

/* A share of trials, 0..1, with its 95 % interval: Wilson's. Exhaustive campaigns have no interval, since they run
 * every fault: their rate is weighted by executions, and `low` and `high` are equal to it. */
typedef struct lltfi_rate {
    uint64_t events, trials; /* of the activated trials: those with the outcome */
    double rate, low, high;  /* NaN, 0 and 1 where there are no trials */
} lltfi_rate;

/* The trials of a campaign's folder, in groups. */
typedef struct lltfi_results lltfi_results;

/* Also of a campaign that is running. Groups are by "layer", "bit"... as `lltfi results --by` has them; NULL: all
 * trials are one group. */
lltfi_results *lltfi_results_load(const char *folder, const char *by, lltfi_error **error);
void lltfi_results_free(lltfi_results *results);
size_t lltfi_results_count(const lltfi_results *results);
/* What a group has in common, by the column of `lltfi results --format csv`: "name" and "type" of a layer. NULL:
 * unknown. The results own the text. */
const char *lltfi_results_label(const lltfi_results *results, size_t group, const char *column);
lltfi_rate lltfi_results_rate(const lltfi_results *results, size_t group, lltfi_outcome outcome);

/* Runs a stored trial again, and fills *trial (NULL: not wanted). That its outcome, fault or result is not the stored
 * one is an error, which says what differs. Not for exhaustive campaigns, which store no trials. */
int lltfi_replay(const char *folder, uint64_t number, const lltfi_events *events, lltfi_trial *trial,
                 lltfi_error **error);

#ifdef __cplusplus
}
#endif

#endif
