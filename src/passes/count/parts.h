/*
 * Counting the blocks of a program's function: program.c numbers blocks and instructions, flow.c finds the edges of its
 * control flow, and edges.c counts those that were chosen (spanning.h).
 */
#ifndef LLTFI_PASSES_COUNT_PARTS_H
#define LLTFI_PASSES_COUNT_PARTS_H

#include "passes/analysis/frequency.h"
#include "passes/count/counters.h"
#include "passes/count/spanning.h"
#include "passes/inject/barriers.h"
#include "passes/instrument.h"

struct counter {
    struct count_order *order;
    LLVMValueRef function;
    struct counters counters;
    const struct barriers *barriers;
    GHashTable *calls;   /* block of a call that may leave -> number of the call + 1 */
    GHashTable *numbers; /* block -> its number + 1 */
    GHashTable
        *upwards; /* set of blocks with a call of a function that has no higher number (callers.h) than this one */
    unsigned n_blocks;
    GPtrArray *loops;
    const struct frequency *frequency;
};

/* Shared helpers (parts.c). Whether a terminator is an invoke that may not return, or return twice. */
gboolean count_is_leaving_invoke(const struct counter *c, LLVMValueRef terminator);

/* The first instruction of a block before which counting code can be inserted. */
LLVMValueRef count_place_in(LLVMBasicBlockRef block);

/* Whether an edge can be counted neither where it begins nor where it ends. */
gboolean count_needs_block(LLVMBasicBlockRef from, LLVMBasicBlockRef to);

/* Adds the function's edges, with weights, from which the ones to be counted are chosen (flow.c). */
void count_build_flow(const struct counter *c, struct spanning *flow);

/* Counts the edges that were chosen (edges.c). */
void count_add_edges(const struct counter *c, const struct spanning *flow);

#endif
