/*
 * Protected instructions must give the same bits as their copies, whatever LLVM does to either. So they lose the flags
 * by which it may compute something else, or by which a result that is compared may be poison.
 */
#include "passes/protect/duplicate.h"

#include <llvm-c/DebugInfo.h>

/* LLVM-C can add fast-math flags but not remove them, so that an instruction that has some is built again. NULL: there
 * is no way. */
static LLVMValueRef build_again(LLVMBuilderRef builder, LLVMValueRef old)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(old);
    LLVMValueRef new;

    switch (opcode) {
    case LLVMFNeg:
        return LLVMBuildFNeg(builder, LLVMGetOperand(old, 0), "");
    case LLVMFCmp:
        return LLVMBuildFCmp(builder, LLVMGetFCmpPredicate(old), LLVMGetOperand(old, 0), LLVMGetOperand(old, 1), "");
    case LLVMSelect:
        return LLVMBuildSelect(builder, LLVMGetOperand(old, 0), LLVMGetOperand(old, 1), LLVMGetOperand(old, 2), "");
    case LLVMPHI:
        new = LLVMBuildPhi(builder, LLVMTypeOf(old), "");
        for (unsigned k = 0; k < LLVMCountIncoming(old); k++) {
            LLVMValueRef value = LLVMGetIncomingValue(old, k);
            LLVMBasicBlockRef block = LLVMGetIncomingBlock(old, k);

            LLVMAddIncoming(new, &value, &block, 1);
        }
        return new;
    case LLVMCall: {
        unsigned n = LLVMGetNumArgOperands(old);
        g_autofree LLVMValueRef *arguments = g_new(LLVMValueRef, MAX(n, 1));

        for (unsigned k = 0; k < n; k++)
            arguments[k] = LLVMGetOperand(old, k);
        return LLVMBuildCall2(builder, LLVMGetCalledFunctionType(old), LLVMGetCalledValue(old), arguments, n, "");
    }
    default:
        return LLVMIsABinaryOperator(old)
                   ? LLVMBuildBinOp(builder, opcode, LLVMGetOperand(old, 0), LLVMGetOperand(old, 1), "")
                   : NULL;
    }
}

static LLVMValueRef without_fast_math(LLVMBuilderRef builder, LLVMValueRef old)
{
    LLVMValueRef new;
    size_t length;
    const char *name = LLVMGetValueName2(old, &length);
    g_autofree char *kept = g_strndup(name, length);

    LLVMPositionBuilderBefore(builder, old);
    new = build_again(builder, old);
    if (!new || !LLVMIsAInstruction(new))
        return old;
    LLVMInstructionSetDebugLoc(new, LLVMInstructionGetDebugLoc(old));
    LLVMReplaceAllUsesWith(old, new);
    LLVMInstructionEraseFromParent(old);
    LLVMSetValueName2(new, kept, length);
    return new;
}

LLVMValueRef make_strict(LLVMBuilderRef builder, LLVMValueRef instruction)
{
    ir_drop_flags(instruction);
    if (LLVMCanValueUseFastMathFlags(instruction) && LLVMGetFastMathFlags(instruction) != LLVMFastMathNone)
        return without_fast_math(builder, instruction);
    return instruction;
}
