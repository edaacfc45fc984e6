/* Counting the blocks of a program's function, in parts (count_program.c, count_flow.c, count_edges.c). */
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

gboolean count_is_leaving_invoke(const struct counter *c, LLVMValueRef terminator);

/* Where the code that a block counts with begins. */
LLVMValueRef count_place_in(LLVMBasicBlockRef block);

/* Whether an edge can be counted neither where it begins nor where it ends. */
gboolean count_needs_block(LLVMBasicBlockRef from, LLVMBasicBlockRef to);

/* The function's edges, with weights, from which the ones to be counted are chosen. */
void count_build_flow(const struct counter *c, struct spanning *flow);

/* Counts those that were chosen. */
void count_add_edges(const struct counter *c, const struct spanning *flow);

#endif
