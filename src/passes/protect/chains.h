/* Chains: copies that use copies, and checks where a value leaves its chain. */
#ifndef LLTFI_PASSES_PROTECT_CHAINS_H
#define LLTFI_PASSES_PROTECT_CHAINS_H

#include "passes/protect/duplicate.h"

/* How far chains reach. */
struct chain_order {
    gboolean (*joins)(const struct duplication *d, LLVMValueRef definition, LLVMValueRef user);
    gboolean through_phis;
    recompute third; /* of votes */
};

struct chains {
    struct duplication *d;
    const struct chain_order *order;
    GHashTable *copies;  /* instruction -> its copy */
    GHashTable *thirds;  /* the same of a second set of copies; NULL: there is none */
    GHashTable *depths;  /* block before any was split -> how many loops it is in */
    GHashTable *checked; /* values whose check has been built */
};

/* Duplicates what is selected. */
void protect_chains(struct duplication *d, const struct chain_order *order);

#endif
