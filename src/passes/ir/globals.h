/* Functions and variables of a module that passes use, or define for the runtime. */
#ifndef LLTFI_PASSES_IR_GLOBALS_H
#define LLTFI_PASSES_IR_GLOBALS_H

#include "passes/ir/ir.h"

/* The one of that name, declared if it is not there yet. */
LLVMValueRef module_function(LLVMModuleRef module, const char *name, LLVMTypeRef type);
LLVMValueRef module_global(LLVMModuleRef module, const char *name, LLVMTypeRef type);

/* Definitions that the linker shows to nobody else. Zeros take the place of what was declared under their name. */
void module_define_constant(LLVMModuleRef module, const char *name, LLVMValueRef value);
void module_define_zeros(LLVMModuleRef module, const char *name, LLVMTypeRef type, unsigned alignment);

/* At least n zeros of 64 bits on pages of their own (RUNTIME_PAGE), over which the runtime may map others, and, as
 * `bytes_name`, how many bytes that are. */
void module_define_pages(LLVMModuleRef module, const char *name, const char *bytes_name, unsigned n);

#endif
