/* Functions and variables of a module that passes use, or define for the runtime. */
#ifndef LLTFI_PASSES_IR_GLOBALS_H
#define LLTFI_PASSES_IR_GLOBALS_H

#include "passes/ir/ir.h"

/* The function or variable of that name, declared if it is not there yet. */
LLVMValueRef module_function(LLVMModuleRef module, const char *name, LLVMTypeRef type);
LLVMValueRef module_global(LLVMModuleRef module, const char *name, LLVMTypeRef type);

/* Definitions with hidden visibility. Zeros replace what was declared with their name. */
void module_define_constant(LLVMModuleRef module, const char *name, LLVMValueRef value);
void module_define_zeros(LLVMModuleRef module, const char *name, LLVMTypeRef type, unsigned alignment);

/* Defines at least n zeros of 64 bits on pages of their own (RUNTIME_PAGE), over which the runtime may map others, and
 * their size in bytes as `bytes_name`. */
void module_define_pages(LLVMModuleRef module, const char *name, const char *bytes_name, unsigned n);

#endif
