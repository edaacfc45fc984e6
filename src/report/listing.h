/* A program's source, with the outcomes of the faults in each line. */
#ifndef LLTFI_REPORT_LISTING_H
#define LLTFI_REPORT_LISTING_H

#include "report/report.h"

/*
 * Every source file that has executed selected instructions, or those whose path is or ends with `file`: each line with
 * its share of the executions that faults may hit, the trials that struck it, and its SDC and crash rates; pages colour
 * lines by SDC rate. Of a source that can't be read, lines are listed without text.
 */
gboolean report_listing(struct store *store, const char *file, const struct report_option *option, FILE *to,
                        GError **error);

#endif
