/* The loops of a function, and limits of their iterations, which LLVM-C does not give. */
#ifndef LLTFI_PASSES_ANALYSIS_LOOPS_H
#define LLTFI_PASSES_ANALYSIS_LOOPS_H

#include "passes/ir/ir.h"

/* A natural loop: it is entered only through its header, unless it is irregular. */
struct loop {
    LLVMBasicBlockRef header;
    GPtrArray *latches;    /* the blocks in it that branch to the header */
    GPtrArray *blocks;     /* in the function's order, with those of inner loops */
    GHashTable *members;   /* the same as a set */
    GPtrArray *inner;      /* the loops directly inside */
    struct loop *outer;    /* NULL: none */
    gboolean is_irregular; /* it contains a cycle that can be entered at several blocks, or is one */
    unsigned sites;        /* set by passes: selected instructions in its blocks that are not in an inner loop */
};

/* All loops, inner ones before those around them; g_ptr_array_unref frees them. */
GPtrArray *function_loops(LLVMValueRef function);

gboolean loop_contains(const struct loop *loop, LLVMBasicBlockRef block);

/* The innermost of the function's loops that contains a block; NULL: there is none. */
const struct loop *loop_innermost(const GPtrArray *loops, LLVMBasicBlockRef block);

/* The innermost loop around both; NULL: there is none. An argument of NULL means the whole function. */
const struct loop *loop_common(const struct loop *a, const struct loop *b);

/*
 * Whether an upper bound of the selected instructions that `region`, a loop with all loops inside, executes can be
 * computed before it begins: each loop with sites counts by a constant step to a value that the region does not change,
 * and exits when it is reached, if not earlier.
 */
gboolean loop_is_bounded(const struct loop *region);

/* Builds the computation of that bound at the builder's place, before the region: an i64, saturated on overflow. */
LLVMValueRef loop_build_bound(LLVMBuilderRef builder, const struct loop *region);

/* An estimate of that bound: loops whose limits are known only at run time count as 4 iterations. */
uint64_t loop_estimate(const struct loop *loop);

#endif
