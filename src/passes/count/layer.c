/* Counts the blocks of a layer's function, as instrument.h shows. */
#include "passes/instrument.h"

unsigned *function_block_numbers(LLVMValueRef function, size_t *blocks)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);
    g_autoptr(GHashTable) numbers = g_hash_table_new(NULL, NULL);
    unsigned *number = g_new(unsigned, n + 1), block = 0;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b), block++)
        g_hash_table_insert(numbers, b, GUINT_TO_POINTER(block));
    for (size_t i = 0; i < n; i++)
        number[i] = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, LLVMGetInstructionParent(all[i])));
    *blocks = block;
    return number;
}

static LLVMValueRef add_counts_global(LLVMModuleRef module, unsigned n)
{
    LLVMTypeRef type = LLVMArrayType2(LLVMInt64TypeInContext(ir_context()), n);
    LLVMValueRef global = LLVMAddGlobal(module, type, COUNTS_SYMBOL);

    LLVMSetInitializer(global, LLVMConstNull(type));
    return global;
}

static void build_increment(LLVMBuilderRef builder, LLVMValueRef counter)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    LLVMValueRef old = LLVMBuildLoad2(builder, i64, counter, "");

    LLVMBuildStore(builder, LLVMBuildAdd(builder, old, LLVMConstInt(i64, 1, FALSE), "executions"), counter);
}

/* @lltfi_counts[i] += counters[i] for every i. */
static void build_flush(LLVMBuilderRef builder, LLVMValueRef global, LLVMValueRef *counters, unsigned n)
{
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());

    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef at = LLVMConstInt(i64, i, FALSE);
        LLVMValueRef slot = LLVMBuildInBoundsGEP2(builder, i64, global, &at, 1, "");
        LLVMValueRef sum = LLVMBuildAdd(builder, LLVMBuildLoad2(builder, i64, slot, ""),
                                        LLVMBuildLoad2(builder, i64, counters[i], ""), "");

        LLVMBuildStore(builder, sum, slot);
    }
}

void pass_count(LLVMValueRef function)
{
    unsigned n = LLVMCountBasicBlocks(function);
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    LLVMValueRef global = add_counts_global(LLVMGetGlobalParent(function), n);
    LLVMBuilderRef builder = LLVMCreateBuilderInContext(ir_context());
    g_autofree LLVMBasicBlockRef *blocks = g_new(LLVMBasicBlockRef, n);
    g_autofree LLVMValueRef *counters = g_new(LLVMValueRef, n);
    LLVMValueRef first = LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(function));

    LLVMGetBasicBlocks(function, blocks);
    LLVMPositionBuilderBefore(builder, first);
    for (unsigned i = 0; i < n; i++) {
        counters[i] = LLVMBuildAlloca(builder, i64, "executions");
        LLVMBuildStore(builder, LLVMConstNull(i64), counters[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(blocks[i]);

        LLVMPositionBuilderBefore(builder, terminator);
        build_increment(builder, counters[i]);
        if (LLVMGetInstructionOpcode(terminator) == LLVMRet)
            build_flush(builder, global, counters, n);
    }
    LLVMDisposeBuilder(builder);
}
