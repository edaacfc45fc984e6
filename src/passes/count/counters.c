#include "passes/count/counters.h"

#include "passes/instrument.h"
#include "passes/ir/blocks.h"
#include "passes/ir/globals.h"
#include "runtime/program/stripes.h"

void counters_init(struct counters *counters, LLVMModuleRef module, gboolean by_thread)
{
    LLVMValueRef pointer;

    *counters = (struct counters){ .builder = LLVMCreateBuilderInContext(ir_context()),
                                   .i64 = LLVMInt64TypeInContext(ir_context()),
                                   .by_thread = by_thread };
    counters->all = module_global(module, COUNTS_SYMBOL, counters->i64);
    if (!by_thread)
        return;
    pointer = module_global(module, THREAD_COUNTS_SYMBOL, LLVMPointerTypeInContext(ir_context(), 0));
    LLVMSetThreadLocalMode(pointer, LLVMLocalExecTLSModel);
    counters->all = pointer;
}

void counters_clear(struct counters *counters)
{
    LLVMDisposeBuilder(counters->builder);
}

static LLVMValueRef load_own(const struct counters *c)
{
    return LLVMBuildLoad2(c->builder, LLVMTypeOf(c->all), c->all, "own");
}

void counters_add(const struct counters *c, LLVMValueRef place, unsigned counter, LLVMValueRef value)
{
    LLVMValueRef at = LLVMConstInt(c->i64, counter, FALSE), to, sum;

    LLVMPositionBuilderBefore(c->builder, place);
    to = c->by_thread ? LLVMBuildInBoundsGEP2(c->builder, c->i64, load_own(c), &at, 1, "")
                      : LLVMConstInBoundsGEP2(c->i64, c->all, &at, 1);
    sum = LLVMBuildAdd(c->builder, LLVMBuildLoad2(c->builder, c->i64, to, ""), value, "executions");
    LLVMBuildStore(c->builder, sum, to);
}

/* Moves stack slots of constant size to the beginning of the entry block, as the block is about to be split: elsewhere
 * they would be allocated dynamically. Returns the first instruction after them. */
static LLVMValueRef place_after_slots(const struct counters *c, LLVMBasicBlockRef entry)
{
    LLVMValueRef first = LLVMGetFirstInstruction(entry), next;

    while (LLVMIsAAllocaInst(first))
        first = LLVMGetNextInstruction(first);
    for (LLVMValueRef i = first; i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (LLVMIsAAllocaInst(i) && LLVMIsAConstantInt(LLVMGetOperand(i, 0))) {
            g_autofree char *name = g_strdup(LLVMGetValueName(i));

            LLVMInstructionRemoveFromParent(i);
            LLVMPositionBuilderBefore(c->builder, first);
            LLVMInsertIntoBuilderWithName(c->builder, i, name);
        }
    }
    return first;
}

static LLVMValueRef claim_function(LLVMModuleRef module)
{
    return module_function(module, CLAIM_SYMBOL, LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), NULL, 0, FALSE));
}

void counters_claim(const struct counters *c, LLVMValueRef function)
{
    LLVMModuleRef module = LLVMGetGlobalParent(function);
    LLVMValueRef nobodys = LLVMGetNamedGlobal(module, COUNTS_SYMBOL), claim = claim_function(module), none;
    LLVMBasicBlockRef counted = LLVMGetEntryBasicBlock(function), claims;
    LLVMBasicBlockRef entry = block_split_before(c->builder, place_after_slots(c, counted));

    claims = LLVMInsertBasicBlockInContext(ir_context(), counted, "claim");
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(entry));
    LLVMPositionBuilderAtEnd(c->builder, entry);
    none = LLVMBuildICmp(c->builder, LLVMIntEQ, load_own(c), nobodys, "none");
    LLVMBuildCondBr(c->builder, none, claims, counted);
    LLVMPositionBuilderAtEnd(c->builder, claims);
    LLVMBuildCall2(c->builder, LLVMGlobalGetValueType(claim), claim, NULL, 0, "");
    LLVMBuildBr(c->builder, counted);
}
