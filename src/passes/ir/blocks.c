#include "passes/ir/blocks.h"

void instruction_move(LLVMBuilderRef builder, LLVMValueRef instruction, LLVMBasicBlockRef to)
{
    g_autofree char *name = g_strdup(LLVMGetValueName(instruction));

    LLVMPositionBuilderAtEnd(builder, to);
    LLVMInstructionRemoveFromParent(instruction);
    LLVMInsertIntoBuilderWithName(builder, instruction, name);
}

void instruction_map_operands(LLVMValueRef instruction, GHashTable *copies)
{
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef copy = g_hash_table_lookup(copies, LLVMGetOperand(instruction, (unsigned)k));

        if (copy)
            LLVMSetOperand(instruction, (unsigned)k, copy);
    }
}

static void redirect_terminator(LLVMValueRef terminator, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++)
        if (LLVMGetSuccessor(terminator, k) == from)
            LLVMSetSuccessor(terminator, k, to);
}

/* Not LLVMReplaceAllUsesWith of the block, which would also rename it in the phis of its successors. */
void block_redirect(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new();

    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(from)); use; use = LLVMGetNextUse(use))
        g_ptr_array_add(users, LLVMGetUser(use));
    for (guint u = 0; u < users->len; u++) {
        LLVMValueRef user = users->pdata[u];

        if (LLVMIsABlockAddress(user))
            LLVMReplaceAllUsesWith(user, LLVMBlockAddress(LLVMGetBasicBlockParent(to), to));
        else
            redirect_terminator(user, from, to);
    }
}

LLVMBasicBlockRef block_split_before(LLVMBuilderRef builder, LLVMValueRef instruction)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction), before;
    LLVMValueRef next;

    before = LLVMInsertBasicBlockInContext(ir_context(), block, LLVMGetBasicBlockName(block));
    block_redirect(block, before);
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i != instruction; i = next) {
        next = LLVMGetNextInstruction(i);
        instruction_move(builder, i, before);
    }
    LLVMPositionBuilderAtEnd(builder, before);
    LLVMBuildBr(builder, block);
    return before;
}

LLVMValueRef block_body(LLVMBasicBlockRef block)
{
    LLVMValueRef i = LLVMGetFirstInstruction(block);

    while (LLVMIsAPHINode(i))
        i = LLVMGetNextInstruction(i);
    return i;
}

unsigned block_count_predecessors(LLVMBasicBlockRef block)
{
    unsigned n = 0;

    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); use; use = LLVMGetNextUse(use))
        n++;
    return n;
}

/* Replaces a phi by a new one, since incoming blocks can't be changed. Several edges from a block become one. */
static LLVMValueRef rename_predecessor(LLVMBuilderRef builder, LLVMValueRef phi, LLVMBasicBlockRef from,
                                       LLVMBasicBlockRef to)
{
    g_autofree char *name = g_strdup(LLVMGetValueName(phi));
    gboolean renamed = FALSE;
    LLVMValueRef new;

    LLVMPositionBuilderBefore(builder, phi);
    new = LLVMBuildPhi(builder, LLVMTypeOf(phi), name);
    for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
        LLVMValueRef value = LLVMGetIncomingValue(phi, k);
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(phi, k);

        if (block == from && renamed)
            continue;
        renamed |= block == from;
        block = block == from ? to : block;
        LLVMAddIncoming(new, &value, &block, 1);
    }
    LLVMReplaceAllUsesWith(phi, new);
    return new;
}

LLVMBasicBlockRef block_split_edge(LLVMBuilderRef builder, LLVMValueRef terminator, unsigned n,
                                   void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data), void *data)
{
    LLVMBasicBlockRef from = LLVMGetInstructionParent(terminator), to = LLVMGetSuccessor(terminator, n);
    LLVMBasicBlockRef edge = LLVMInsertBasicBlockInContext(ir_context(), to, "edge");
    LLVMValueRef next;

    LLVMPositionBuilderAtEnd(builder, edge);
    LLVMBuildBr(builder, to);
    redirect_terminator(terminator, to, edge);
    for (LLVMValueRef phi = LLVMGetFirstInstruction(to); LLVMIsAPHINode(phi); phi = next) {
        LLVMValueRef new = rename_predecessor(builder, phi, from, edge);

        next = LLVMGetNextInstruction(phi);
        moved(phi, new, data);
        LLVMInstructionEraseFromParent(phi);
    }
    return edge;
}
