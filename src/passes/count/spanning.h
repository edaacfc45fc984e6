/*
 * Which edges of a function's control flow have to be counted so that the others can be computed, as control that
 * enters a block leaves it. The edges without a counter form a maximum spanning tree of the graph, by their weights.
 * The outside of the function is a node as well.
 */
#ifndef LLTFI_PASSES_COUNT_SPANNING_H
#define LLTFI_PASSES_COUNT_SPANNING_H

#include "passes/analysis/loops.h"

/* NULL: the outside. */
struct spanning_edge {
    LLVMBasicBlockRef from, to;
    uint64_t weight;   /* an estimate of how often it is taken */
    gboolean is_known; /* it is counted elsewhere, in `counter` */
    gboolean in_tree;  /* it has no counter */
    unsigned counter;
};

/* Whether an edge leads from a block to itself. Such an edge is never in the tree. Its counter counts all executions of
 * the block instead: that needs no jump, and no other counter. */
gboolean spanning_is_block(const struct spanning_edge *edge);

struct spanning {
    GArray *edges;       /* struct spanning_edge */
    GHashTable *nodes;   /* block -> number + 1; 0: the outside */
    GHashTable *entered; /* set of blocks with an edge from outside */
    unsigned n_nodes;
};

/* One summand of a block's executions: a counter, with a sign. */
struct spanning_term {
    uint32_t block, counter;
    int32_t sign;
};

struct spanning *spanning_new(void);
void spanning_free(struct spanning *flow);
typedef struct spanning spanning_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(spanning_t, spanning_free)

/* Adds an edge unless it is there already. */
void spanning_add(struct spanning *flow, LLVMBasicBlockRef from, LLVMBasicBlockRef to, uint64_t weight);

/* Adds an edge into a block from outside that is counted elsewhere. */
void spanning_add_known(struct spanning *flow, LLVMBasicBlockRef to, unsigned counter);

/* Makes sure that a path from a block to the outside, which avoids a set of blocks, is in the tree: then the executions
 * of these blocks do not depend on known edges into the block from outside. FALSE: there is no such path. */
gboolean spanning_keep_clear(struct spanning *flow, LLVMBasicBlockRef from, GHashTable *blocks);

/* Makes known edges ordinary ones, which are counted here if they are not in the tree. */
void spanning_forget_known(struct spanning *flow, uint64_t weight);

/* Numbers the edges to be counted from `first_counter` on, and returns how many there are. */
unsigned spanning_choose(struct spanning *flow, unsigned first_counter);

/* Appends struct spanning_term for all blocks that `numbers` has (block -> its number + 1). */
void spanning_solve(const struct spanning *flow, GHashTable *numbers, GArray *terms);

#endif
