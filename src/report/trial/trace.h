/* A fault from instruction to instruction: what it reached in a program's run. */
#ifndef LLTFI_REPORT_TRIAL_TRACE_H
#define LLTFI_REPORT_TRIAL_TRACE_H

#include "engine/program/subject.h"
#include "report/sheet.h"
#include "report/travel.h"

struct trace_report {
    const struct functions *functions; /* of the program */
    const struct trial *trial;
    const struct run_option *fault;  /* what was injected */
    const struct run_result *result; /* of the run with the fault */
    const struct travel *travel;
    guint listed;      /* instructions that people see at most */
    const char *more;  /* how to see the others: "--all" */
    const char *limit; /* how to trace more: "--limit" */
};

struct document *trace_document(const struct trace_report *report);

/* Where the fault's way ends, in a sentence. The caller frees. */
char *trace_report_end(const struct trace_report *report);

#endif
