/* A part of pass_inject: loops that run as they are while the fault is far. */
#ifndef LLTFI_PASSES_INJECT_WHOLE_H
#define LLTFI_PASSES_INJECT_WHOLE_H

#include "passes/ir/ir.h"

/*
 * Copies loops that have a limit of selected instructions, as instrument.h shows. The original loops stay for
 * pass_inject's other steps. `countdown` is the stack slot; `sites` has the selected instructions as keys, and is kept
 * up to date where one is replaced.
 */
void inject_whole_loops(LLVMValueRef function, LLVMValueRef countdown, GHashTable *sites);

/* Marks a branch whose first successor is hardly ever taken. */
void branch_set_unlikely(LLVMValueRef branch);

#endif
