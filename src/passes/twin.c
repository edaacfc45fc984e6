#include "passes/twin.h"

LLVMBasicBlockRef twin_block(GHashTable *twins, LLVMBasicBlockRef block)
{
    return LLVMValueAsBasicBlock(g_hash_table_lookup(twins, LLVMBasicBlockAsValue(block)));
}

static void copy_instructions(GHashTable *twins, LLVMBuilderRef builder, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(builder, twin_block(twins, block));
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef twin = LLVMInstructionClone(i);

        LLVMInsertIntoBuilderWithName(builder, twin, LLVMGetValueName(i));
        g_hash_table_insert(twins, i, twin);
    }
}

static void connect(GHashTable *twins, LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        for (int k = 0; k < LLVMGetNumOperands(i); k++) {
            LLVMValueRef twin = g_hash_table_lookup(twins, LLVMGetOperand(i, (unsigned)k));

            if (twin)
                LLVMSetOperand(i, (unsigned)k, twin);
        }
}

GHashTable *function_twin(LLVMValueRef function)
{
    GHashTable *twins = g_hash_table_new(NULL, NULL);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    g_autoptr(GPtrArray) blocks = g_ptr_array_new();

    for (LLVMBasicBlockRef b = LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(function)); b; b = LLVMGetNextBasicBlock(b))
        g_ptr_array_add(blocks, b);
    for (guint b = 0; b < blocks->len; b++) {
        g_autofree char *name = g_strconcat(LLVMGetBasicBlockName(blocks->pdata[b]), ".near", NULL);

        g_hash_table_insert(twins, LLVMBasicBlockAsValue(blocks->pdata[b]),
                            LLVMBasicBlockAsValue(LLVMAppendBasicBlockInContext(ir_context(), function, name)));
    }
    for (guint b = 0; b < blocks->len; b++)
        copy_instructions(twins, builder, blocks->pdata[b]);
    for (guint b = 0; b < blocks->len; b++)
        connect(twins, twin_block(twins, blocks->pdata[b]));
    LLVMDisposeBuilder(builder);
    return twins;
}
