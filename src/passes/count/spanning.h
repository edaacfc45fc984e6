/*
 * Which edges of a function's control flow have to be counted so that all the others follow: control that enters a
 * block leaves it. The edges that need no counter form a spanning tree of the graph, made of those that are taken most.
 * The outside of the function is a node like any other.
 */
#ifndef LLTFI_PASSES_COUNT_SPANNING_H
#define LLTFI_PASSES_COUNT_SPANNING_H

#include "passes/analysis/loops.h"

/* NULL: the outside. */
struct spanning_edge {
    LLVMBasicBlockRef from, to;
    uint64_t weight;   /* about how often it is taken */
    gboolean is_known; /* somebody else counts it, in `counter` */
    gboolean in_tree;
    unsigned counter; /* of those that are not */
};

/* The edge from a block to itself is no part of any tree. Its counter counts all executions of the block: that needs no
 * jump, and the other edges need not be asked for them. */
gboolean spanning_is_block(const struct spanning_edge *edge);

struct spanning {
    GArray *edges;       /* struct spanning_edge */
    GHashTable *nodes;   /* block -> number + 1; 0: the outside */
    GHashTable *entered; /* set of blocks that control gets to from outside */
    unsigned n_nodes;
};

/* A block's executions: the sum of counters, each with a sign. */
struct spanning_term {
    uint32_t block, counter;
    int32_t sign;
};

struct spanning *spanning_new(void);
void spanning_free(struct spanning *flow);
typedef struct spanning spanning_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(spanning_t, spanning_free)

/* The same edge twice is one. */
void spanning_add(struct spanning *flow, LLVMBasicBlockRef from, LLVMBasicBlockRef to, uint64_t weight);

/* The edge into a block from outside is counted elsewhere. */
void spanning_add_known(struct spanning *flow, LLVMBasicBlockRef to, unsigned counter);

/* Puts a way from a block to the outside that does not lead through any of a set of blocks into the tree, so that edges
 * into the block from outside, where they are known, tell nothing of those. FALSE: there is none. */
gboolean spanning_keep_clear(struct spanning *flow, LLVMBasicBlockRef from, GHashTable *blocks);

/* A known edge is to be counted like the others. */
void spanning_forget_known(struct spanning *flow, uint64_t weight);

/* Numbers the edges to be counted from `first_counter` on, and returns how many there are. */
unsigned spanning_choose(struct spanning *flow, unsigned first_counter);

/* Appends struct spanning_term for all blocks that `numbers` has (block -> its number + 1). */
void spanning_solve(const struct spanning *flow, GHashTable *numbers, GArray *terms);

#endif
