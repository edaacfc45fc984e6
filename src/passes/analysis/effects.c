#include "passes/analysis/effects.h"

#include "passes/analysis/library.h"

gboolean is_pure_call(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);

    return LLVMIsAFunction(callee) && (library_flags(LLVMGetValueName(callee)) & LIBRARY_PURE);
}

gboolean has_effects(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMStore:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMFence:
    case LLVMInvoke:
    case LLVMCallBr:
    case LLVMVAArg:
        return TRUE;
    case LLVMCall:
        return !is_pure_call(instruction);
    default:
        return FALSE;
    }
}
