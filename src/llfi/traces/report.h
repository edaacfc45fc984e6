/*
 * LLFI's reports of what a fault did to a program's instructions:
 *
 *     #FaultReport
 *     1 @ 14                                                            faults, and the struck instruction's number
 *     ID: 13  OPCode: add  Value: 00000006 / 2                          golden line, and the faulty values in decimal
 *
 *     Diff@ inst # 19\19 -> inst # 20\20                                golden and faulty numbers: from, up to
 *     Data Diff: ID: 18 OPCode: load Value: 6 \ 2                       same instruction, other value
 *
 *     Diff@ inst # 24\24 -> inst # 26\25
 *     Pre  Diff: ID: 20                                                 the last instruction that both had
 *     Ctrl Diff: ID: 21 \ 17                                            other instructions
 *     Ctrl Diff: ID: 22 \ None
 *     Post Diff: ID: 23                                                 the first one that both have again
 */
#ifndef LLTFI_LLFI_TRACES_REPORT_H
#define LLTFI_LLFI_TRACES_REPORT_H

#include "llfi/traces/file.h"

/* The report of one fault, from the golden and the faulty trace. After the end of a trace that was cut nothing is
 * compared. LLTFI_ERROR_INPUT where the traces do not belong together. */
gboolean fault_report_compare(const struct trace_file *golden, const struct trace_file *faulty, GString *to,
                              GError **error);

/* A report as read from a file. */
struct fault_report {
    uint64_t faults;
    char *number; /* of the struck instruction */
    unsigned id;
    char *opcode, *golden;
    GPtrArray *values; /* char *: faulty values */
    GPtrArray *diffs;  /* char *: the other lines, without empty ones */
};

/* All reports of a file, added to `reports`, whose elements belong to it (fault_report_free). */
gboolean fault_reports_read(const char *path, GPtrArray *reports, GError **error);
void fault_report_free(gpointer report);

/* Merges reports of the same instruction into the first of them. */
void fault_reports_unite(GPtrArray *reports);
void fault_report_append(const struct fault_report *report, GString *to);

/* A graph of the program (llfi/tree/cdfg.h) with struck instructions in red, those with changed results in yellow and
 * branches that took another way as red edges. `graph` is DOT text. The caller frees. */
char *fault_reports_colour(const GPtrArray *reports, const char *graph);

#endif
