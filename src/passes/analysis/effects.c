#include "passes/analysis/effects.h"

#include "passes/analysis/library.h"
#include "passes/protect/protect.h"

#include <string.h>

gboolean is_empty_assembly(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);
    size_t length;

    if (!LLVMIsAInlineAsm(callee) || LLVMGetInlineAsmHasSideEffects(callee))
        return FALSE;
    LLVMGetInlineAsmAsmString(callee, &length);
    return length == 0;
}

gboolean is_report(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMIsAFunction(LLVMGetCalledValue(call));
    const char *name = callee ? LLVMGetValueName(callee) : "";

    return strcmp(name, DETECTED_SYMBOL) == 0 || strcmp(name, CORRECTED_SYMBOL) == 0;
}

gboolean is_pure_call(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMGetCalledValue(call);

    if (is_empty_assembly(call))
        return TRUE;
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
        return !is_pure_call(instruction) && !is_report(instruction);
    default:
        return FALSE;
    }
}
