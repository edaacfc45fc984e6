/* Forward and backward slices over SSA values inside a function, not through memory (as LLFI's includeInjectionTrace).
 */
#ifndef LLTFI_PASSES_ANALYSIS_SLICE_H
#define LLTFI_PASSES_ANALYSIS_SLICE_H

#include "passes/ir/ir.h"

/* Adds the transitive users of every instruction in `set` (a GHashTable used as a set of LLVMValueRef) to it. */
void slice_forward(GHashTable *set);
/* Adds the instructions that the operands of its members are computed from, transitively. */
void slice_backward(GHashTable *set);
/* The same, but ends at instructions that it may not go through. */
void slice_backward_through(GHashTable *set, gboolean (*may_go_through)(LLVMValueRef instruction));

#endif
