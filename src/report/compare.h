/* `lltfi compare`: the rates of several campaigns side by side, and whether they differ. */
#ifndef LLTFI_REPORT_COMPARE_H
#define LLTFI_REPORT_COMPARE_H

#include "report/report.h"

#define COMPARE_MAX 8

struct compared {
    const char *dir;
    struct store *store;
};

struct compare_option {
    enum outcome outcome; /* whose rate is compared */
    gboolean by_given;    /* only `report.by`: all, layer or bit (every bit); else all three, bits in groups */
    struct report_option report;
};

/*
 * Each campaign is tested against the first one: overall, in every layer and for every bit of a type that both have.
 * The p values of one table are adjusted together (Holm).
 */
gboolean report_compare(const struct compared *campaigns, guint n, const struct compare_option *option, FILE *to,
                        GError **error);

#endif
