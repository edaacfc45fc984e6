/* Traces a layer's function: adds a call after every instruction that has a value. */
#include "passes/instrument.h"

#include "runtime/model/trace.h"

static LLVMValueRef entry_slot(LLVMValueRef function, LLVMTypeRef type)
{
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    LLVMValueRef slot;

    LLVMPositionBuilderBefore(builder, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function)));
    slot = LLVMBuildAlloca(builder, type, "traced");
    LLVMDisposeBuilder(builder);
    return slot;
}

/* Values of phis are recorded after the last phi of their block, in order. */
static LLVMValueRef place_after(LLVMValueRef *all, size_t i)
{
    while (LLVMIsAPHINode(all[i]) && LLVMIsAPHINode(all[i + 1]))
        i++;
    return all[i + 1];
}

void pass_trace(LLVMValueRef function, unsigned first_index)
{
    LLVMTypeRef i32 = LLVMInt32TypeInContext(ir_context()), i64 = LLVMInt64TypeInContext(ir_context());
    LLVMTypeRef types[4] = { i64, i32, i32, LLVMPointerTypeInContext(ir_context(), 0) };
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), types, 4, FALSE);
    LLVMValueRef trace = LLVMAddFunction(LLVMGetGlobalParent(function), "lltfi_trace", type);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);

    for (size_t i = 0; i < n; i++) {
        unsigned width = LLVMGetTypeKind(LLVMTypeOf(all[i])) == LLVMVoidTypeKind ? 0 : type_width(LLVMTypeOf(all[i]));
        LLVMValueRef slot, arguments[4];

        if (width == 0 || LLVMIsATerminatorInst(all[i]))
            continue;
        slot = entry_slot(function, LLVMTypeOf(all[i]));
        arguments[0] = LLVMConstInt(i64, first_index + i, FALSE);
        arguments[1] = LLVMConstInt(i32, instruction_opcode(all[i]), FALSE);
        arguments[2] = LLVMConstInt(i32, (width + 7) / 8, FALSE);
        arguments[3] = slot;
        LLVMPositionBuilderBefore(builder, place_after(all, i));
        LLVMBuildStore(builder, all[i], slot);
        LLVMBuildCall2(builder, type, trace, arguments, 4, "");
    }
    LLVMDisposeBuilder(builder);
}
