/* Instructions as LLVM prints them, on one line without metadata. */
#ifndef LLTFI_PASSES_IR_TEXTS_H
#define LLTFI_PASSES_IR_TEXTS_H

#include "passes/ir/ir.h"

/* The caller frees. Whoever wants those of many instructions asks for their module's: LLVM numbers all of the module
 * each time that it prints something of it. */
char *instruction_text(LLVMValueRef instruction);

/* By LLVMValueRef of the module's instructions. */
GHashTable *module_texts(LLVMModuleRef module);

#endif
