/* Trials counted by outcome, in groups: what tables, CSV, JSON and charts are made from. */
#ifndef LLTFI_REPORT_BREAKDOWN_H
#define LLTFI_REPORT_BREAKDOWN_H

#include "report/sheet.h"
#include "store/tally.h"

#define REPORT_CONFIDENCE 0.95
#define MAX_LABELS 7

enum label_kind {
    LABEL_TEXT,
    LABEL_LONG_TEXT, /* loses its end where a table has no room */
    LABEL_NAME,      /* is shortened where it says least */
    LABEL_INTEGER,
    LABEL_REAL,
    LABEL_SHARE /* 0..1; in tables as percentage */
};

/* One label of a group: the column of a table, the member of a JSON object. */
struct label {
    const char *key;     /* of CSV and JSON; NULL ends the list */
    const char *heading; /* of tables, NULL: left out there */
    enum label_kind kind;
};

struct group {
    char *labels[MAX_LABELS]; /* as the query gave them, NULL: unknown */
    struct tally tally;
};

struct breakdown {
    const char *title; /* "by layer" */
    const struct label *labels;
    GPtrArray *groups; /* struct group *, owned */
    struct tally total;
};

struct breakdown *breakdown_load(struct store *store, enum report_by by, GError **error);
/* Whether the faults strike tensors, not instructions. */
gboolean store_has_tensors(struct store *store);
/* By bit, with bits in groups as a short table shows them: those of integers, and of mantissas if `mantissas`. */
struct breakdown *breakdown_load_bit_groups(struct store *store, gboolean mantissas, GError **error);
void breakdown_free(struct breakdown *breakdown);
typedef struct breakdown breakdown_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(breakdown_t, breakdown_free)

/* The value of the label with this key, NULL where there is none or it is unknown. */
const char *group_label(const struct breakdown *breakdown, const struct group *group, const char *key);

#define COUNT_CRITERION "criterion"
#define COUNT_LABEL "label"

/* One count of trials that is not an outcome: a criterion, or one of the four cells of labelled trials. */
struct count {
    const char *kind; /* COUNT_CRITERION or COUNT_LABEL */
    char *name;       /* "SDC-1"; "golden right, faulty wrong" */
    uint64_t events;
    uint64_t n;       /* trials that it is a share of */
    gboolean is_true; /* of an exhaustive campaign: `share` is the rate */
    double share;
};

/* The criteria that make sense under the campaign's outcome rule, then the four cells if there are labels. */
GArray *counts_load(struct store *store, const struct tally *total, GError **error);

/* Of an outcome: of the activated trials, "not activated" of all. */
struct rate tally_rate(const struct report_option *option, const struct tally *tally, int outcome);
struct rate count_rate(const struct report_option *option, const struct count *count);

/* The interval of a rate, of the kind that the option chooses. */
struct interval report_interval(const struct report_option *option, uint64_t events, uint64_t n);

#endif
