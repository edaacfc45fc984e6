/*
 * Terms of the executions of a module's blocks, put in the order in which they can be added up: where a function is
 * entered only by known calls (callers.h), what its blocks do follows from the blocks of its callers.
 */
#ifndef LLTFI_PASSES_COUNT_TERMS_H
#define LLTFI_PASSES_COUNT_TERMS_H

#include <glib.h>

/* A call that enters a function whose entries have a counter, which nobody counts in: it is the sum of its calls. */
struct entry {
    unsigned counter;
    unsigned block; /* of the call */
};

/* `terms` holds struct spanning_term, ordered by their blocks; `entries` struct entry, which are put in order. The
 * result holds struct count_term (runtime/program/shared_page.h). */
GArray *terms_in_order(const GArray *terms, GArray *entries, unsigned n_blocks);

#endif
