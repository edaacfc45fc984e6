/* How many faults a sample needs, before any is run. */
#ifndef LLTFI_REPORT_TRIAL_SAMPLE_PLAN_H
#define LLTFI_REPORT_TRIAL_SAMPLE_PLAN_H

#include "engine/model/golden.h"
#include "report/sheet.h"

struct sample_plan {
    const struct model *model;
    const struct machine *machine;
    struct golden *const *golden; /* one for each input */
    guint n_inputs;
    const GArray *bits; /* unsigned: those that are struck; empty: all */
    double error_width; /* half-width of the interval */
    const char *advice; /* how to get a layer's sample: "limit the campaign to it, or..." */
};

/* Faults and sample size of every layer and of the campaign. */
struct document *sample_plan_document(const struct sample_plan *plan);

#endif
