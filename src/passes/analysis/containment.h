/*
 * What a fault in one register can reach through the values that are computed from it, inside one function.
 *
 * A layer's function computes grain after grain (an element of the output, or a row...), one in each iteration of its
 * grain loop. A fault whose reach is contained changes only the grain that it strikes: its value gets neither into an
 * address, nor into the exit of a loop, nor out of the iteration, nor into anything that has effects. If it gets into
 * addresses of loads from tensors alone, or into how often a loop inside the iteration goes round that only computes,
 * it changes no more than that, but the run may be ended by a load, or not end. The analysis is conservative: what it
 * can't follow counts as reached.
 */
#ifndef LLTFI_PASSES_ANALYSIS_CONTAINMENT_H
#define LLTFI_PASSES_ANALYSIS_CONTAINMENT_H

#include "passes/analysis/loops.h"

enum reach {
    REACH_BRANCH = 1 << 0,  /* a branch that stays inside the iteration: which instructions are executed may change */
    REACH_ADDRESS = 1 << 1, /* of a store, of a load from what is no tensor, or memory of an unknown place */
    REACH_CALL = 1 << 2,    /* a call that is no pure arithmetic */
    REACH_EXIT = 1 << 3,    /* a branch that may leave or repeat a loop */
    REACH_TRAP = 1 << 4,    /* an integer division that may trap */
    REACH_OUTSIDE = 1 << 5, /* an instruction outside the iteration: the next one, or behind the loop */
    REACH_LOAD = 1 << 6,    /* the address of a load from a parameter, but for the last one: that is a layer's box */
    REACH_ROUNDS = 1 << 7   /* how often a loop without effects goes round */
};

/* What is contained may reach a branch inside the iteration, nothing else. */
#define REACH_CONTAINED REACH_BRANCH

/* "address, loop exit". The caller frees. */
char *reach_text(unsigned reach);

/* What a fault in a register (position 0: the result, k: operand k-1) of an instruction reaches: a set of enum reach.
 * `loops` are the function's; `grain_loop` is one of them, NULL: the whole function computes one grain. */
unsigned containment_of_register(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction,
                                 int position);

/* The same for what is loaded through a pointer parameter of the function: whether wrong data can do harm. */
unsigned containment_of_parameter(const GPtrArray *loops, LLVMValueRef function, unsigned parameter);

/* Whether a block lies in the grain loop. */
static inline gboolean is_in_grain(const struct loop *grain_loop, LLVMBasicBlockRef block)
{
    return !grain_loop || loop_contains(grain_loop, block);
}

/* The parameter or local variable that a pointer is derived from, NULL where that is not known. */
LLVMValueRef pointer_base(LLVMValueRef pointer);

#endif
