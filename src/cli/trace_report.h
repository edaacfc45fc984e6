/* What `lltfi trace` prints. */
#ifndef LLTFI_CLI_TRACE_REPORT_H
#define LLTFI_CLI_TRACE_REPORT_H

#include "engine/program/subject.h"
#include "report/report.h"
#include "report/travel.h"

struct trace_report {
    const struct program_subject *subject;
    const struct trial *trial;
    const struct run_result *result; /* of the run with the fault */
    const struct travel *travel;
    guint listed; /* rows of the table at most */
};

/* In the option's format. */
void trace_report_write(const struct trace_report *report, const struct report_option *option, GString *to);

/* Where the fault's way ends, in a sentence. The caller frees. */
char *trace_report_end(const struct trace_report *report);

#endif
