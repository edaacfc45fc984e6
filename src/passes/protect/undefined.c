/*
 * Values with undefined parts: lanes of vectors that nothing has set, and phis that are undefined on some way. LLVM may
 * take another value for each of their uses, so that an original and its copy would differ. They are not duplicated,
 * and what is computed from them uses a frozen value:
 *
 *     %x = insertelement <4 x float> poison, float %a, i64 0
 *     %frozen = freeze <4 x float> %x
 *     %s = fadd <4 x float> %frozen, %y
 */
#include "passes/protect/duplicate.h"

#include "passes/ir/blocks.h"

static gboolean is_undefined(LLVMValueRef value)
{
    return LLVMIsUndef(value) || LLVMIsPoison(value);
}

/* A vector whose lanes are all the lane that was set first. */
static gboolean is_splat(LLVMValueRef shuffle)
{
    LLVMValueRef from = LLVMGetOperand(shuffle, 0);

    for (unsigned i = 0; i < LLVMGetNumMaskElements(shuffle); i++)
        if (LLVMGetMaskValue(shuffle, i) != 0)
            return FALSE;
    return LLVMIsAInsertElementInst(from) && LLVMIsAConstantInt(LLVMGetOperand(from, 2)) &&
           LLVMConstIntGetZExtValue(LLVMGetOperand(from, 2)) == 0;
}

/* Whether an instruction passes parts of its operands on as they are. */
static gboolean passes_on(LLVMValueRef instruction)
{
    return LLVMIsAPHINode(instruction) || LLVMIsASelectInst(instruction) || LLVMIsAInsertElementInst(instruction) ||
           LLVMIsAShuffleVectorInst(instruction);
}

static gboolean has_undefined_part(LLVMValueRef instruction, GHashTable *undefined)
{
    if (!passes_on(instruction) || (LLVMIsAShuffleVectorInst(instruction) && is_splat(instruction)))
        return FALSE;
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)k);

        if (is_undefined(operand) || g_hash_table_contains(undefined, operand))
            return TRUE;
    }
    return FALSE;
}

GHashTable *undefined_values(LLVMValueRef function)
{
    GHashTable *undefined = g_hash_table_new(NULL, NULL);
    gboolean changed = TRUE;

    while (changed) {
        changed = FALSE;
        for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
            for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
                if (has_undefined_part(i, undefined))
                    changed |= g_hash_table_add(undefined, i);
    }
    return undefined;
}

static LLVMValueRef freeze(struct duplication *d, LLVMValueRef value)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(value);

    LLVMPositionBuilderBefore(d->builder, LLVMIsAPHINode(value) ? block_body(block) : LLVMGetNextInstruction(value));
    return LLVMBuildFreeze(d->builder, value, "frozen");
}

static gboolean uses_it(const struct duplication *d, LLVMValueRef value)
{
    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (g_hash_table_contains(d->members, LLVMGetUser(use)))
            return TRUE;
    return FALSE;
}

void freeze_undefined(struct duplication *d, GHashTable *undefined)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, undefined);
    while (g_hash_table_iter_next(&iter, &value, NULL))
        if (uses_it(d, value))
            replace_uses(value, freeze(d, value), d->members);
}
