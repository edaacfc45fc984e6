/* What `lltfi profile` prints. */
#ifndef LLTFI_PROFILE_REPORT_H
#define LLTFI_PROFILE_REPORT_H

#include "cli/session.h"
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
    GPtrArray *(*rows)(const struct session *session);
};

GPtrArray *profile_rows_new(void);
/* A row of zeros at the end; it belongs to the rows. */
struct profile_row *profile_row_add(GPtrArray *rows, unsigned number, const char *name, const char *type);

void profile_write(const GPtrArray *rows, const struct profile_view *view, const struct report_option *option,
                   GString *to);

#endif
