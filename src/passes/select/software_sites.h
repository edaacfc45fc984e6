/* What a software fault strikes. */
#ifndef LLTFI_PASSES_SELECT_SOFTWARE_SITES_H
#define LLTFI_PASSES_SELECT_SOFTWARE_SITES_H

#include "config/software_faults.h"
#include "passes/ir/ir.h"

/* Whether one of its triggers is this instruction: a direct call of a function that it names, a return of a value. */
gboolean software_selects(const struct software_fault *fault, LLVMValueRef instruction, unsigned index);

/* The registers of such an instruction: positions (int) as in struct site_register, 0 for the result. */
void software_positions(const struct software_fault *fault, LLVMValueRef instruction, GArray *positions);

#endif
