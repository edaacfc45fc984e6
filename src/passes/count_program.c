/* Block counters of programs: in memory, so that they are right whenever and however the program ends. */
#include "passes/instrument.h"

#include "passes/barriers.h"
#include "passes/blocks.h"

struct counter {
    LLVMBuilderRef builder;
    LLVMTypeRef i64;
    LLVMValueRef counts;
    gboolean threads;
    unsigned next;
    GHashTable *numbers; /* block -> its counter's number + 1 */
};

static LLVMValueRef place_for_counter(LLVMBasicBlockRef block)
{
    LLVMValueRef body = block_body(block);

    return LLVMGetInstructionOpcode(body) == LLVMLandingPad ? LLVMGetNextInstruction(body) : body;
}

static void count_block(struct counter *counter, LLVMBasicBlockRef block)
{
    LLVMValueRef at = LLVMConstInt(counter->i64, counter->next, FALSE), one = LLVMConstInt(counter->i64, 1, FALSE);
    LLVMValueRef slot = LLVMConstInBoundsGEP2(counter->i64, counter->counts, &at, 1), sum;

    g_hash_table_insert(counter->numbers, block, GUINT_TO_POINTER(++counter->next));
    LLVMPositionBuilderBefore(counter->builder, place_for_counter(block));
    if (counter->threads) {
        LLVMBuildAtomicRMW(counter->builder, LLVMAtomicRMWBinOpAdd, slot, one, LLVMAtomicOrderingMonotonic, FALSE);
        return;
    }
    sum = LLVMBuildAdd(counter->builder, LLVMBuildLoad2(counter->builder, counter->i64, slot, ""), one, "executions");
    LLVMBuildStore(counter->builder, sum, slot);
}

static unsigned number_of(const struct counter *counter, LLVMBasicBlockRef block)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(counter->numbers, block)) - 1;
}

/* Blocks of calls -> number of the call + 1. They have the counter of the block that falls into them: it always runs to
 * its end. */
static GHashTable *call_blocks(const struct barriers *barriers)
{
    GHashTable *blocks = g_hash_table_new(NULL, NULL);

    for (guint c = 0; c < barriers->calls->len; c++)
        g_hash_table_insert(blocks, LLVMGetInstructionParent(barriers->calls->pdata[c]), GUINT_TO_POINTER(c + 1));
    return blocks;
}

static void number_instructions(const struct counter *counter, const struct barriers *barriers, GHashTable *calls,
                                LLVMValueRef *all, size_t n, unsigned *counters)
{
    for (size_t i = 0; i < n; i++) {
        LLVMBasicBlockRef block = LLVMGetInstructionParent(all[i]);
        guint call = GPOINTER_TO_UINT(g_hash_table_lookup(calls, block));

        if (call)
            block = g_hash_table_contains(barriers->deferred, all[i]) ? barriers->after->pdata[call - 1]
                                                                      : barriers->before->pdata[call - 1];
        counters[i] = number_of(counter, block);
    }
}

static LLVMValueRef counts_global(LLVMModuleRef module)
{
    LLVMValueRef global = LLVMGetNamedGlobal(module, COUNTS_SYMBOL);

    return global ? global : LLVMAddGlobal(module, LLVMInt64TypeInContext(ir_context()), COUNTS_SYMBOL);
}

unsigned pass_count_program(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_counter,
                            gboolean threads, unsigned *counters)
{
    size_t n;
    g_autofree LLVMValueRef *all = function_instructions(function, &n);
    g_autoptr(barriers_t) barriers = barriers_isolate(function, sites, first_index);
    g_autoptr(GHashTable) calls = call_blocks(barriers);
    struct counter counter = {
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .i64 = LLVMInt64TypeInContext(ir_context()),
        .counts = counts_global(LLVMGetGlobalParent(function)),
        .threads = threads,
        .next = first_counter,
        .numbers = g_hash_table_new(NULL, NULL),
    };

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (!g_hash_table_contains(calls, b))
            count_block(&counter, b);
    number_instructions(&counter, barriers, calls, all, n, counters);
    g_hash_table_unref(counter.numbers);
    LLVMDisposeBuilder(counter.builder);
    return counter.next - first_counter;
}
