/* LLFI indices as metadata: !llfi_index on every instruction. */
#ifndef LLTFI_PASSES_IR_INDEX_H
#define LLTFI_PASSES_IR_INDEX_H

#include <llvm-c/Core.h>

#include <stdint.h>

void instruction_mark_index(LLVMValueRef instruction, uint64_t index);

/* Numbers the instructions of every defined function from 1, in module order, as functions_new does. Returns the last
 * index. */
unsigned module_mark_indices(LLVMModuleRef module);

#endif
