/* A second copy of a function's blocks in the function itself. */
#ifndef LLTFI_TWIN_H
#define LLTFI_TWIN_H

#include "passes/ir.h"

/* Copies all blocks but the entry block, behind the others: block or instruction -> its copy (blocks as values). There
 * are no phis, and no value is used in another block than its own, but for those of the entry block. */
GHashTable *function_twin(LLVMValueRef function);

LLVMBasicBlockRef twin_block(GHashTable *twins, LLVMBasicBlockRef block);

#endif
