/* What a software fault strikes. */
#ifndef LLTFI_PASSES_SELECT_SOFTWARE_SITES_H
#define LLTFI_PASSES_SELECT_SOFTWARE_SITES_H

#include "config/software_faults.h"
#include "passes/ir/ir.h"

/* Whether one of the fault's triggers matches an instruction: a direct call of a function that it names, or a return
 * with a value. `index` is the instruction's LLFI index. */
gboolean software_selects(const struct software_fault *fault, LLVMValueRef instruction, unsigned index);

/* Adds the registers of such an instruction that are struck: positions (int) as in struct site_register. */
void software_positions(const struct software_fault *fault, LLVMValueRef instruction, GArray *positions);

#endif
