/* Pictures of SDC rates, as SVG files. */
#ifndef LLTFI_REPORT_CHART_H
#define LLTFI_REPORT_CHART_H

#include "report/report.h"

/* DIR/graphs/sdc-by-layer.svg, or for a program sdc-by-function.svg, and sdc-by-bit.svg. Where propagation was
 * recorded, also propagation.svg. */
gboolean charts_write(struct store *store, const char *dir, const struct report_option *option, GError **error);

#endif
