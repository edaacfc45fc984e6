/* A trial's propagation record beside the tensors that it is about. */
#ifndef LLTFI_CLI_CHANGES_H
#define LLTFI_CLI_CHANGES_H

#include "cli/replay_report.h"

/* One output of one layer that the fault reached. */
struct comparison {
    const struct change *change;
    const struct layer *layer;
    struct tensor golden; /* view */
    const struct tensor *faulty;
};

/* In order of execution: GArray of struct comparison. */
GArray *comparisons_new(const struct replay *replay);

/* Whether element i differs in some bit. */
gboolean differs_at(const struct comparison *comparison, size_t i);

/* "[0,3,1,2]". The caller frees. */
char *index_text(const struct tensor *tensor, size_t i);

#endif
