/* Which instructions do more than compute a value. */
#ifndef LLTFI_PASSES_ANALYSIS_EFFECTS_H
#define LLTFI_PASSES_ANALYSIS_EFFECTS_H

#include "passes/ir/ir.h"

/* Whether a call is one of a function of libm or an intrinsic that computes a number from numbers. */
gboolean is_pure_call(LLVMValueRef call);

/* Whether a call is of assembly without instructions, which only hides a value from the optimizer. */
gboolean is_empty_assembly(LLVMValueRef call);

/* Whether a call is that by which protected code reports that two copies differ. */
gboolean is_report(LLVMValueRef call);

/* Whether an instruction writes to memory or calls something unknown. A possible trap does not count. */
gboolean has_effects(LLVMValueRef instruction);

#endif
