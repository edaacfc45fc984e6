/* A trial's propagation record beside the tensors that it is about. */
#ifndef LLTFI_REPORT_TRIAL_CHANGES_H
#define LLTFI_REPORT_TRIAL_CHANGES_H

#include "report/trial/replay.h"

/* One output of one layer that the fault reached. */
struct reached_output {
    const struct change *change;
    const struct layer *layer;
    struct tensor golden; /* view */
    const struct tensor *faulty;
};

/* In order of execution: GArray of struct reached_output. */
GArray *comparisons_new(const struct model_trial *shown);

/* Whether element i differs in some bit. */
gboolean differs_at(const struct reached_output *comparison, size_t i);

/* "[0,3,1,2]". The caller frees. */
char *index_text(const struct tensor *tensor, size_t i);

#endif
