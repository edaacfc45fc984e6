/* Gives a program's main() that returns nothing the exit status 0, which C leaves undefined. */
#include "frontend/void_main.h"

#include <glib.h>
#include <llvm-c/DebugInfo.h>
#include <string.h>

static void return_zero(LLVMBasicBlockRef block)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(block);
    LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(LLVMBasicBlockAsValue(block)));
    LLVMBuilderRef builder;
    LLVMValueRef status;

    if (!end || !LLVMIsAReturnInst(end))
        return;
    builder = LLVMCreateBuilderInContext(context);
    LLVMPositionBuilderBefore(builder, end);
    status = LLVMBuildRet(builder, LLVMConstInt(LLVMInt32TypeInContext(context), 0, FALSE));
    LLVMInstructionSetDebugLoc(status, LLVMInstructionGetDebugLoc(end));
    LLVMInstructionEraseFromParent(end);
    LLVMDisposeBuilder(builder);
}

static LLVMTypeRef type_with_status(LLVMValueRef function)
{
    LLVMTypeRef old = LLVMGlobalGetValueType(function);
    unsigned n = LLVMCountParamTypes(old);
    g_autofree LLVMTypeRef *types = g_new(LLVMTypeRef, n + 1);

    LLVMGetParamTypes(old, types);
    return LLVMFunctionType(LLVMInt32TypeInContext(LLVMGetTypeContext(old)), types, n, LLVMIsFunctionVarArg(old));
}

static void copy_attributes(LLVMValueRef from, LLVMValueRef to)
{
    unsigned n = LLVMGetAttributeCountAtIndex(from, LLVMAttributeFunctionIndex);
    g_autofree LLVMAttributeRef *attributes = g_new(LLVMAttributeRef, n + 1);

    LLVMGetAttributesAtIndex(from, LLVMAttributeFunctionIndex, attributes);
    for (unsigned a = 0; a < n; a++)
        LLVMAddAttributeAtIndex(to, LLVMAttributeFunctionIndex, attributes[a]);
}

static void move_body(LLVMValueRef from, LLVMValueRef to)
{
    LLVMBasicBlockRef block;

    while ((block = LLVMGetFirstBasicBlock(from))) {
        LLVMRemoveBasicBlockFromParent(block);
        LLVMAppendExistingBasicBlock(to, block);
        return_zero(block);
    }
    for (unsigned p = 0; p < LLVMCountParams(from); p++)
        LLVMReplaceAllUsesWith(LLVMGetParam(from, p), LLVMGetParam(to, p));
}

void void_main_returns(LLVMModuleRef module)
{
    LLVMValueRef old = LLVMGetNamedFunction(module, "main"), new;
    LLVMMetadataRef subprogram;

    if (!old || LLVMIsDeclaration(old) ||
        LLVMGetTypeKind(LLVMGetReturnType(LLVMGlobalGetValueType(old))) != LLVMVoidTypeKind)
        return;
    new = LLVMAddFunction(module, "", type_with_status(old));
    copy_attributes(old, new);
    subprogram = LLVMGetSubprogram(old);
    LLVMSetSubprogram(old, NULL);
    if (subprogram)
        LLVMSetSubprogram(new, subprogram);
    move_body(old, new);
    LLVMReplaceAllUsesWith(old, new);
    LLVMSetValueName2(old, "", 0);
    LLVMSetValueName2(new, "main", strlen("main"));
    LLVMDeleteFunction(old);
}
