/* The tables that `lltfi results` and the summary share. */
#ifndef LLTFI_REPORT_RATES_H
#define LLTFI_REPORT_RATES_H

#include "report/text.h"

/* One row an outcome. */
void print_outcomes(const struct tally *tally, const struct report_option *option, GString *to);

/* One row a count of the given kind, after an empty line; nothing where there is none. */
void print_counts(const GArray *counts, const char *kind, const char *heading, const struct report_option *option,
                  GString *to);

/* One row a group, with as many intervals as fit; struck_only leaves out groups without trials. */
void print_groups(const struct breakdown *breakdown, const struct report_option *option, gboolean struck_only,
                  GString *to);

/* A field of CSV (RFC 4180): quoted where it holds a comma, a quote or a line break; quotes are doubled. */
void csv_field(GString *to, const char *text);
/* "rate,low,high"; without trials there is no rate, and a true rate has no interval. */
void csv_rate(GString *to, const struct rate *rate);

gboolean report_write(const GString *text, FILE *to, GError **error);

#endif
