/* The loops of a function, and how often they go round at most: what LLVM-C does not tell. */
#ifndef LLTFI_PASSES_ANALYSIS_LOOPS_H
#define LLTFI_PASSES_ANALYSIS_LOOPS_H

#include "passes/ir/ir.h"

/* A natural loop: every way into it leads through the header. */
struct loop {
    LLVMBasicBlockRef header;
    GPtrArray *latches;    /* the blocks that go back to the header */
    GPtrArray *blocks;     /* in the function's order, inner loops' too */
    GHashTable *members;   /* the same as a set */
    GPtrArray *inner;      /* the loops directly inside */
    struct loop *outer;    /* NULL: none */
    gboolean is_irregular; /* it contains a cycle that can be entered at several blocks, or is one */
    unsigned sites;        /* for the passes: selected instructions in its blocks that are in no inner loop */
};

/* All loops, inner ones before those around them; g_ptr_array_unref frees them. */
GPtrArray *function_loops(LLVMValueRef function);

gboolean loop_contains(const struct loop *loop, LLVMBasicBlockRef block);

/* The innermost of the function's loops that contains a block; NULL: none. */
const struct loop *loop_innermost(const GPtrArray *loops, LLVMBasicBlockRef block);

/* The innermost loop around both; NULL: none. NULL stands for the function as well. */
const struct loop *loop_common(const struct loop *a, const struct loop *b);

/*
 * Whether `region`, a loop, has a limit for the selected instructions that it executes, loops inside included, which
 * can be computed before it begins: each loop with sites counts by a constant step up or down to a value that the
 * region does not change, and leaves at the latest when it is reached. Further exits don't matter.
 */
gboolean loop_is_bounded(const struct loop *region);

/* That limit, computed at the builder's place in front of the region: an i64 that stays at its maximum rather than
 * overflow. */
LLVMValueRef loop_build_bound(LLVMBuilderRef builder, const struct loop *region);

/* The same as a guess: limits that only the run knows are taken for 4 rounds. */
uint64_t loop_estimate(const struct loop *loop);

#endif
