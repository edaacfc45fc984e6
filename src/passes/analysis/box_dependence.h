/*
 * Registers that depend on the box that a layer's function is called with. Its last parameter, the box, says where the
 * loops over the grains begin and end; a grain that is run alone has another one than in a run of the whole layer.
 * The counters of those loops hold the same there, in the same grain. What is computed from the box itself does not,
 * and a flipped bit in it is another fault.
 */
#ifndef LLTFI_PASSES_ANALYSIS_BOX_DEPENDENCE_H
#define LLTFI_PASSES_ANALYSIS_BOX_DEPENDENCE_H

#include "passes/analysis/loops.h"

/* Whether a register of an instruction in the grain (position 0: the result, k: operand k-1) may do so; what can't be
 * told does. NULL for the loop: the whole function computes one grain. */
gboolean depends_on_box(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction, int position);

#endif
