/*
 * What a fault in one register can reach through the values that are computed from it, inside one function.
 *
 * A layer's function computes one grain (an element of the output, or a row...) in each iteration of its grain loop. A
 * fault is contained if it changes only the grain that it strikes: its value does not reach an address, the exit of a
 * loop, another iteration, or anything with effects. If it reaches only addresses of loads from tensors, or the number
 * of iterations of an inner loop without effects, it still changes only that grain, but a load may fault, or the loop
 * may not end. The analysis is conservative: what it can't follow counts as reached.
 */
#ifndef LLTFI_PASSES_ANALYSIS_CONTAINMENT_H
#define LLTFI_PASSES_ANALYSIS_CONTAINMENT_H

#include "passes/analysis/loops.h"

enum reach {
    REACH_BRANCH = 1 << 0,  /* a branch that stays inside the iteration: which instructions are executed may change */
    REACH_ADDRESS = 1 << 1, /* the address of a store, of a load from anything but a tensor, or unknown memory */
    REACH_CALL = 1 << 2,    /* a call that is not pure arithmetic */
    REACH_EXIT = 1 << 3,    /* a branch that may leave or repeat a loop */
    REACH_TRAP = 1 << 4,    /* an integer division that may trap */
    REACH_OUTSIDE = 1 << 5, /* an instruction outside the iteration: in the next one, or after the loop */
    REACH_LOAD = 1 << 6,    /* the address of a load from a parameter other than the last, which is the layer's box */
    REACH_ROUNDS = 1 << 7   /* the number of iterations of a loop without effects */
};

/* A contained fault may reach a branch inside the iteration, nothing else. */
#define REACH_CONTAINED REACH_BRANCH

/* "address, loop exit". The caller frees. */
char *reach_text(unsigned reach);

/* What a fault in a register (position 0: the result, k: operand k-1) of an instruction reaches: a set of enum reach.
 * `loops` are the function's; `grain_loop` is one of them, NULL: the whole function computes one grain. */
unsigned containment_of_register(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction,
                                 int position);

/* The same for wrong data behind a pointer parameter of the function: what its loads reach. */
unsigned containment_of_parameter(const GPtrArray *loops, LLVMValueRef function, unsigned parameter);

/* Whether a block is in the grain loop; NULL: every block is. */
static inline gboolean is_in_grain(const struct loop *grain_loop, LLVMBasicBlockRef block)
{
    return !grain_loop || loop_contains(grain_loop, block);
}

/* The parameter or local variable that a pointer is derived from; NULL: unknown. */
LLVMValueRef pointer_base(LLVMValueRef pointer);

#endif
