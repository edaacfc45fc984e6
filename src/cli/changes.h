/* What a faulty run changed, layer by layer. */
#ifndef LLTFI_CHANGES_H
#define LLTFI_CHANGES_H

#include "cli/replay_report.h"

/* One output of one layer that was computed again. */
struct change {
    const struct layer *layer;
    int output;           /* which one */
    struct tensor golden; /* view */
    const struct tensor *faulty;
    size_t changed;          /* elements that differ in some bit */
    size_t first;            /* the first of them */
    double largest;          /* |faulty - golden|; NaN: some element is NaN now */
    double largest_relative; /* of |golden|; infinity where golden is 0 */
    gboolean reached;        /* the layer was struck, or one of its inputs had changed */
};

/* In order of execution: GArray of struct change. */
GArray *changes_find(const struct replay *replay);

/* The layer whose outputs are golden although what it read was not, and behind which nothing differs; NULL: there is
 * none. */
const struct layer *changes_masked_in(const struct replay *replay, const GArray *changes);

/* Whether element i differs in some bit. */
gboolean change_at(const struct change *change, size_t i);

/* "[0,3,1,2]". The caller frees. */
char *index_text(const struct tensor *tensor, size_t i);

#endif
