/* What the files that count a program's function share. */
#include "passes/count/parts.h"

#include "passes/ir/blocks.h"

gboolean count_is_leaving_invoke(const struct counter *c, LLVMValueRef terminator)
{
    return LLVMGetInstructionOpcode(terminator) == LLVMInvoke &&
           (calls_effects(c->order->calls, terminator) & CALL_LEAVES);
}

LLVMValueRef count_place_in(LLVMBasicBlockRef block)
{
    LLVMValueRef body = block_body(block);

    return LLVMGetInstructionOpcode(body) == LLVMLandingPad ? LLVMGetNextInstruction(body) : body;
}

gboolean count_needs_block(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    return LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(from)) > 1 && block_count_predecessors(to) > 1;
}
