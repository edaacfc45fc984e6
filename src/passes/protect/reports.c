/* Definitions of what protected code calls, for programs that are used outside of LLTFI. */
#include "passes/protect/protect.h"

#include "base/attributes.h"

#include <string.h>

static LLVMValueRef add_counter(LLVMModuleRef module, const char *name)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    LLVMValueRef counter = LLVMAddGlobal(module, i64, name);

    LLVMSetInitializer(counter, LLVMConstNull(i64));
    LLVMSetLinkage(counter, LLVMWeakAnyLinkage);
    return counter;
}

/* Several threads may report at once. */
static void define(LLVMModuleRef module, const char *name, const char *counter_name, gboolean aborts)
{
    LLVMValueRef function = LLVMGetNamedFunction(module, name), abort_function;
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), NULL, 0, FALSE);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());

    if (!function)
        function = LLVMAddFunction(module, name, type);
    LLVMSetLinkage(function, LLVMWeakAnyLinkage);
    function_add_attribute(function, "noinline");
    LLVMPositionBuilderAtEnd(builder, LLVMAppendBasicBlockInContext(ir_context(), function, "entry"));
    LLVMBuildAtomicRMW(builder, LLVMAtomicRMWBinOpAdd, add_counter(module, counter_name),
                       LLVMConstInt(LLVMInt64TypeInContext(ir_context()), 1, FALSE), LLVMAtomicOrderingMonotonic,
                       FALSE);
    if (aborts) {
        abort_function = LLVMGetNamedFunction(module, "abort");
        if (!abort_function)
            abort_function = LLVMAddFunction(module, "abort", type);
        LLVMBuildCall2(builder, type, abort_function, NULL, 0, "");
        LLVMBuildUnreachable(builder);
    } else
        LLVMBuildRetVoid(builder);
    LLVMDisposeBuilder(builder);
}

void protect_define_reports(LLVMModuleRef module, gboolean aborts)
{
    define(module, DETECTED_SYMBOL, "lltfi_detections", aborts);
    define(module, CORRECTED_SYMBOL, "lltfi_corrections", FALSE);
}
