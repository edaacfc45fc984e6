/* `lltfi compare --paired`: the same faults in two campaigns, as without and with protection. */
#ifndef LLTFI_REPORT_PAIRED_H
#define LLTFI_REPORT_PAIRED_H

#include "report/compare.h"

/*
 * Trial k of both campaigns must strike the same instruction, execution, register and bit: it is an error if one does
 * not. Shows the reduction of an outcome's rate, and what became of each outcome.
 */
gboolean report_paired(const struct compared campaigns[2], const struct compare_option *option, FILE *to,
                       GError **error);

/* The executions that a campaign's faults may strike in one run. */
double store_executions(struct store *store, GError **error);

/* "83.2 % fewer [79.5, 86.3]" of a ratio and its interval. The caller frees. */
char *reduction_text(double ratio, struct interval interval);

#endif
