/* What `lltfi profile` shows: how often the parts of a model or program are executed. */
#ifndef LLTFI_REPORT_TRIAL_PROFILE_H
#define LLTFI_REPORT_TRIAL_PROFILE_H

#include "engine/model/golden.h"
#include "engine/program/subject.h"
#include "report/sheet.h"

/* A line of the profile, whatever it is about. */
struct profile_row {
    unsigned number;
    char *name;
    char *type; /* NULL: there is none */
    uint64_t instructions, selected;
    double fast_milliseconds, scalar_milliseconds; /* negative: does not apply */
};

/* What was measured: a model, or else a program. */
struct profiled {
    const struct model *model;
    const struct machine *machine;
    const struct golden *golden;
    const struct program_subject *program;
};

/* One way of grouping, and its headings; NULL: people see no such column. */
struct profile_view {
    const char *name;
    const char *number, *heading, *type;
    GPtrArray *(*rows)(const struct profiled *measured); /* struct profile_row * */
    enum shorten shorten;                                /* what a name loses where there is no room */
};

/* Those of models and of programs, the usual one first; they end with one without a name. */
extern const struct profile_view model_profile_views[], program_profile_views[];
/* The one of this name; NULL: the usual one. */
const struct profile_view *profile_view_find(const struct profile_view *views, const char *name, GError **error);

GPtrArray *profile_rows_new(void);
/* A row of zeros at the end; it belongs to the rows. */
struct profile_row *profile_row_add(GPtrArray *rows, unsigned number, const char *name, const char *type);

/* Those that are executed, the most frequent first; both by LLVM's number, OPCODE_COUNT long. */
GPtrArray *profile_rows_of_opcodes(const uint64_t *counts, const uint64_t *selected);

struct document *profile_document(const struct profile_view *view, const struct profiled *measured);

#endif
