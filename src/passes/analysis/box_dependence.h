/*
 * Registers that depend on the box that a layer's function is called with. The box, its last parameter, has the bounds
 * of the loops over the grains; a grain that is run alone has another box than a run of the whole layer. The counters
 * of those loops have the same value in the same grain. Values that are computed from the box itself differ, so a
 * flipped bit in them would be another fault.
 */
#ifndef LLTFI_PASSES_ANALYSIS_BOX_DEPENDENCE_H
#define LLTFI_PASSES_ANALYSIS_BOX_DEPENDENCE_H

#include "passes/analysis/loops.h"

/* Whether a register of an instruction in the grain (position 0: the result, k: operand k-1) may depend on the box;
 * TRUE if that is unknown. NULL for the loop: the whole function computes one grain. */
gboolean depends_on_box(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction, int position);

#endif
