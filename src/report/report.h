/* Reports on a campaign: rates with their intervals, in any format. */
#ifndef LLTFI_REPORT_REPORT_H
#define LLTFI_REPORT_REPORT_H

#include "base/interval.h"
#include "store/store.h"

#include <stdio.h>

enum report_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON, FORMAT_HTML, FORMAT_SVG };
enum report_by {
    BY_ALL,
    BY_LAYER,
    BY_FUNCTION,
    BY_LINE,
    BY_BIT,
    BY_OPCODE,
    BY_INSTRUCTION,
    BY_TENSOR,
    BY_INPUT,
    BY_CONFIG,
    BY_ELEMENT,
    BY_PROPAGATION
};

struct report_option {
    enum report_format format;
    enum report_by by;
    gboolean per_trial; /* BY_PROPAGATION: every trial's record, as CSV */
    gboolean exact;     /* Clopper-Pearson instead of Wilson */
    gboolean color;     /* bars and colours for a terminal */
    int width;          /* columns of the terminal, 0: 80 */
};

/* Rates are shares of the trials whose fault was activated: all but those with the outcome "not activated". */

gboolean report_by_parse(const char *text, enum report_by *by, GError **error);
/* "table", "csv", "json", "html" or "svg". */
gboolean report_format_parse(const char *text, enum report_format *format, GError **error);

/* Counts and rates of all outcomes, one row a group; for BY_ALL also the SDC criteria (SDC-1, SDC-5, SDC-10 %,
 * SDC-20 %, thresholds, NaN, infinity) and the four cells where labels were given. A trial with several faults is
 * counted under the layer, instruction and lowest bit of the first one. */
gboolean report_rates(struct store *store, const struct report_option *option, FILE *to, GError **error);

/* What `lltfi run` prints when it ends: golden result, outcome counts with intervals, by layer, by bit, fastest and
 * slowest trial. */
gboolean report_summary(struct store *store, const char *dir, const struct report_option *option, FILE *to,
                        GError **error);

#endif
