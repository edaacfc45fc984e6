#include "passes/ir/globals.h"

#include "runtime/program/shared_page.h"

#include <string.h>

LLVMValueRef module_function(LLVMModuleRef module, const char *name, LLVMTypeRef type)
{
    LLVMValueRef function = LLVMGetNamedFunction(module, name);

    return function ? function : LLVMAddFunction(module, name, type);
}

LLVMValueRef module_global(LLVMModuleRef module, const char *name, LLVMTypeRef type)
{
    LLVMValueRef global = LLVMGetNamedGlobal(module, name);

    return global ? global : LLVMAddGlobal(module, type, name);
}

void module_define_constant(LLVMModuleRef module, const char *name, LLVMValueRef value)
{
    LLVMValueRef constant = LLVMAddGlobal(module, LLVMTypeOf(value), name);

    LLVMSetInitializer(constant, value);
    LLVMSetGlobalConstant(constant, TRUE);
    LLVMSetVisibility(constant, LLVMHiddenVisibility);
}

void module_define_zeros(LLVMModuleRef module, const char *name, LLVMTypeRef type, unsigned alignment)
{
    LLVMValueRef declared = LLVMGetNamedGlobal(module, name), zeros = LLVMAddGlobal(module, type, "");

    LLVMSetInitializer(zeros, LLVMConstNull(type));
    LLVMSetAlignment(zeros, alignment);
    if (declared) {
        LLVMReplaceAllUsesWith(declared, zeros);
        LLVMDeleteGlobal(declared);
    }
    LLVMSetValueName2(zeros, name, strlen(name));
    LLVMSetVisibility(zeros, LLVMHiddenVisibility);
}

void module_define_pages(LLVMModuleRef module, const char *name, const char *bytes_name, unsigned n)
{
    const unsigned per_page = RUNTIME_PAGE / sizeof(uint64_t);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    uint64_t length = ((uint64_t)n + per_page - 1) / per_page * per_page;

    module_define_zeros(module, name, LLVMArrayType2(i64, length), RUNTIME_PAGE);
    module_define_constant(module, bytes_name, LLVMConstInt(i64, length * sizeof(uint64_t), FALSE));
}
