/* Pictures of SDC rates, as SVG files. */
#ifndef LLTFI_REPORT_CHART_H
#define LLTFI_REPORT_CHART_H

#include "report/breakdown.h"

/* One bar a group: its SDC rate, with the interval as a whisker. The caller frees the text. */
char *chart_draw(const struct breakdown *breakdown, const char *title, const struct report_option *option);

/* DIR/graphs/sdc-by-layer.svg, or for a program sdc-by-function.svg, and sdc-by-bit.svg. */
gboolean charts_write(struct store *store, const char *dir, const struct report_option *option, GError **error);

#endif
