/* The sheets that `lltfi results`, the summary and the charts share. */
#ifndef LLTFI_REPORT_RATES_H
#define LLTFI_REPORT_RATES_H

#include "report/breakdown.h"

/* One row an outcome. */
struct sheet *outcomes_sheet(const struct tally *tally, const struct report_option *option);

/* One row a count of the given kind. `heading`: what the names are, for people, who do not see it if it is empty. */
struct sheet *counts_sheet(const GArray *counts, const char *kind, const char *heading,
                           const struct report_option *option);

/* The two sheets of counts that campaigns have. */
void add_counts(struct document *document, const GArray *counts, const struct report_option *option);

/* One row a group; struck_only leaves out groups without trials. */
struct sheet *groups_sheet(const struct breakdown *breakdown, const char *title, const struct report_option *option,
                           gboolean struck_only);

#endif
