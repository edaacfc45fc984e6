/* LLVM's attributes without a value, as "noreturn". */
#ifndef LLTFI_BASE_ATTRIBUTES_H
#define LLTFI_BASE_ATTRIBUTES_H

#include <glib.h>
#include <llvm-c/Core.h>

/* Of a function. */
gboolean function_has_attribute(LLVMValueRef function, const char *name);
void function_add_attribute(LLVMValueRef function, const char *name);
void function_remove_attribute(LLVMValueRef function, const char *name);

/* Of one of its parameters, numbered from 0. */
void parameter_add_attribute(LLVMValueRef function, unsigned parameter, const char *name);

#endif
