#include "passes/inject/straighten.h"

#include "passes/ir/blocks.h"

/* SHORT: instructions a copied block may have, not counting accesses to stack slots. MOST_COPIES: copies appended to
 * one block. MOST_WAYS: successors of all copies of one switch together (an interpreter's has many). */
#define SHORT 6
#define MOST_COPIES 3
#define MOST_WAYS 1024

static gboolean is_slot_access(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMLoad:
        return LLVMIsAAllocaInst(LLVMGetOperand(instruction, 0)) != NULL;
    case LLVMStore:
        return LLVMIsAAllocaInst(LLVMGetOperand(instruction, 1)) != NULL;
    default:
        return FALSE;
    }
}

static gboolean has_label(LLVMBasicBlockRef block)
{
    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); use; use = LLVMGetNextUse(use))
        if (LLVMIsABlockAddress(LLVMGetUser(use)))
            return TRUE;
    return FALSE;
}

/* Whether a block contains something that must stay where it is. */
static gboolean is_fixed(const struct injector *in, LLVMBasicBlockRef block)
{
    if (LLVMGetInstructionOpcode(LLVMGetFirstInstruction(block)) == LLVMLandingPad)
        return TRUE;
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        if (g_hash_table_contains(in->tails, i))
            return TRUE;
    return FALSE;
}

static gboolean can_be_moved(const struct injector *in, LLVMBasicBlockRef block)
{
    return !is_fixed(in, block) && !has_label(block);
}

/* Calls are not copied: they may have the attribute noduplicate. */
static gboolean can_be_copied(LLVMBasicBlockRef block)
{
    unsigned n = 0, ways = LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(block));

    if (ways > 2 && ways * block_count_predecessors(block) > MOST_WAYS)
        return FALSE;
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
        LLVMOpcode opcode = LLVMGetInstructionOpcode(i);

        if (opcode == LLVMCall || opcode == LLVMInvoke || opcode == LLVMCallBr || opcode == LLVMIndirectBr)
            return FALSE;
        n += !is_slot_access(i);
    }
    return n <= SHORT;
}

static LLVMBasicBlockRef only_successor(LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);

    return LLVMGetInstructionOpcode(terminator) == LLVMBr && LLVMGetNumSuccessors(terminator) == 1
               ? LLVMGetSuccessor(terminator, 0)
               : NULL;
}

static void append_moved(struct injector *in, LLVMBasicBlockRef block, LLVMBasicBlockRef next)
{
    LLVMValueRef following;

    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(block));
    for (LLVMValueRef i = LLVMGetFirstInstruction(next); i; i = following) {
        following = LLVMGetNextInstruction(i);
        instruction_move(in->builder, i, block);
    }
    LLVMDeleteBasicBlock(next);
}

static void append_copy(struct injector *in, LLVMBasicBlockRef block, LLVMBasicBlockRef next)
{
    g_autoptr(GHashTable) copies = g_hash_table_new(NULL, NULL);

    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(block));
    LLVMPositionBuilderAtEnd(in->builder, block);
    for (LLVMValueRef i = LLVMGetFirstInstruction(next); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef copy = LLVMInstructionClone(i);
        gpointer number = g_hash_table_lookup(in->sites, i);

        instruction_map_operands(copy, copies);
        LLVMInsertIntoBuilderWithName(in->builder, copy, LLVMGetValueName(i));
        g_hash_table_insert(copies, i, copy);
        if (number)
            g_hash_table_insert(in->sites, copy, number);
    }
}

/* Appends the block's successor to it. FALSE: that is not possible. */
static gboolean lengthen(struct injector *in, LLVMBasicBlockRef block, unsigned *copies)
{
    LLVMBasicBlockRef next = only_successor(block);

    if (!next || next == block || !can_be_moved(in, next))
        return FALSE;
    if (block_count_predecessors(next) == 1)
        append_moved(in, block, next);
    else if (*copies < MOST_COPIES && can_be_copied(next) && ++*copies)
        append_copy(in, block, next);
    else
        return FALSE;
    return TRUE;
}

/* Removes blocks without predecessors. */
static void remove_dead(struct injector *in)
{
    gboolean removed;

    do {
        LLVMBasicBlockRef next;

        removed = FALSE;
        for (LLVMBasicBlockRef b = LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(in->function)); b; b = next) {
            next = LLVMGetNextBasicBlock(b);
            if (LLVMGetFirstUse(LLVMBasicBlockAsValue(b)) || !can_be_moved(in, b))
                continue;
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                g_hash_table_remove(in->sites, i);
            LLVMDeleteBasicBlock(b);
            removed = TRUE;
        }
    } while (removed);
}

void function_straighten(struct injector *in)
{
    for (LLVMBasicBlockRef b = LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(in->function)); b;
         b = LLVMGetNextBasicBlock(b)) {
        unsigned copies = 0;

        while (!is_fixed(in, b) && lengthen(in, b, &copies))
            ;
    }
    remove_dead(in);
}
