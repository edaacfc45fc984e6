/*
 * Terms of the executions of a module's blocks, in an order in which they can be added up: if all callers of a function
 * are known (callers.h), the executions of its blocks follow from those of its callers' blocks.
 */
#ifndef LLTFI_PASSES_COUNT_TERMS_H
#define LLTFI_PASSES_COUNT_TERMS_H

#include <glib.h>

/* A call of a function whose callers are all known. The function's entries have a counter that no code counts: it is
 * the sum of the executions of these calls. */
struct entry {
    unsigned counter;
    unsigned block; /* of the call */
};

/* `terms` holds struct spanning_term, ordered by block; `entries` holds struct entry and is sorted. The result holds
 * struct count_term (runtime/program/shared_page.h). */
GArray *terms_in_order(const GArray *terms, GArray *entries, unsigned n_blocks);

#endif
