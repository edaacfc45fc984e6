/* The parts of `lltfi compare`: rows of counts, what else differs, and the sheets that say it. */
#ifndef LLTFI_REPORT_COMPARE_PARTS_H
#define LLTFI_REPORT_COMPARE_PARTS_H

#include "base/difference.h"
#include "report/breakdown.h"
#include "report/compare.h"

/* One row: what it is about, and each campaign's counts for it. */
struct compare_row {
    char *labels[2];                           /* "3", "conv1" or "float", "30"; the second may be NULL */
    struct tally tally[COMPARE_MAX];           /* zeros where a campaign has no such row */
    struct difference difference[COMPARE_MAX]; /* from the first campaign; that of the first is not tested */
};

struct compare_section {
    const char *name, *title; /* "layer", "By layer" */
    const char *headings[2];
    GPtrArray *rows;
};

/* 'A' for the first. */
static inline char campaign_letter(guint c)
{
    return (char)('A' + c);
}

/* Sentences (char *) on where the campaigns differ in more than their rates. `all`: the row of all trials. */
GPtrArray *compare_notes(const struct compared *campaigns, guint n, const struct compare_row *all);

/* What was found. */
struct comparison_result {
    const struct compared *campaigns;
    guint n;
    const struct compare_row *all;
    const GPtrArray *sections; /* struct compare_section * */
    const GPtrArray *notes;
};

struct document *compare_document(const struct comparison_result *result, const struct compare_option *option);

#endif
