/* A trial on a model that was run again: the fault, and how its change travelled through the layers. */
#ifndef LLTFI_REPORT_TRIAL_REPLAY_H
#define LLTFI_REPORT_TRIAL_REPLAY_H

#include "engine/model/golden.h"
#include "engine/outcome.h"
#include "report/sheet.h"

struct model_trial {
    const struct trial *trial;
    const struct run_option *fault; /* what was injected */
    const struct model *model;
    const struct machine *machine;
    const struct golden *golden; /* of the trial's input */
    const struct outcome_reference *reference;
    const char *input;       /* its path */
    const GPtrArray *values; /* struct tensor * by value number: what layers computed; NULL: it did not get that far */
    gboolean same;           /* the outcome is the stored one */
    uint64_t listed;         /* changed elements that are listed of each output */
    const char *more;        /* how to see the others: "--all lists them" */
};

/* What the option's format has of it. */
struct document *replay_document(const struct model_trial *shown, const struct report_option *option);

#endif
