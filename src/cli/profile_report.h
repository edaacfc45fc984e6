/* What `lltfi profile` prints. */
#ifndef LLTFI_CLI_PROFILE_REPORT_H
#define LLTFI_CLI_PROFILE_REPORT_H

#include "report/report.h"

/* A line of the profile, whatever it stands for. */
struct profile_row {
    unsigned number;
    char *name;
    char *type; /* NULL: there is none */
    uint64_t instructions, selected;
    double fast_milliseconds, scalar_milliseconds; /* negative: does not apply */
};

/* One way of grouping, and its headings; NULL: no such column in tables. */
struct profile_view {
    const char *name;
    const char *number, *heading, *type;
    GPtrArray *(*rows)(gconstpointer measured); /* a struct model_subject or program_subject */
};
/* The one of this name; the views end with one without a name. */
const struct profile_view *profile_view_find(const struct profile_view *views, const char *name, GError **error);

GPtrArray *profile_rows_new(void);
/* A row of zeros at the end; it belongs to the rows. */
struct profile_row *profile_row_add(GPtrArray *rows, unsigned number, const char *name, const char *type);

/* Those that are executed, the most frequent first; both by LLVM's number, OPCODE_COUNT long. */
GPtrArray *profile_rows_of_opcodes(const uint64_t *counts, const uint64_t *selected);

void profile_write(const GPtrArray *rows, const struct profile_view *view, const struct report_option *option,
                   GString *to);

#endif
