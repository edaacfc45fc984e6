/* Which instructions do more than compute a value. */
#ifndef LLTFI_PASSES_ANALYSIS_EFFECTS_H
#define LLTFI_PASSES_ANALYSIS_EFFECTS_H

#include "passes/ir/ir.h"

/* Whether a call is one of a function of libm or an intrinsic that computes a number from numbers. */
gboolean is_pure_call(LLVMValueRef call);

/* Whether an instruction writes to memory or calls something unknown. A possible trap does not count. */
gboolean has_effects(LLVMValueRef instruction);

#endif
