/* Instructions as LLVM prints them, on one line without metadata. */
#ifndef LLTFI_PASSES_IR_TEXTS_H
#define LLTFI_PASSES_IR_TEXTS_H

#include "passes/ir/ir.h"

/* The caller frees. For many instructions of a module use module_texts: LLVM numbers the whole module each time that it
 * prints a part of it. */
char *instruction_text(LLVMValueRef instruction);

/* The texts of all instructions of a module, by their LLVMValueRef. */
GHashTable *module_texts(LLVMModuleRef module);

#endif
