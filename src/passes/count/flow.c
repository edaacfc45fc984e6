/* Which edges the control flow of a program's function has, and how often they are likely to be taken. */
#include "passes/count/parts.h"

/* The factor that makes whole numbers of frequencies. */
#define SCALE 4096

/* The cost of counting an edge: its frequency, twice that if it needs a block of its own, and so a jump. */
static uint64_t weight_of(const struct counter *c, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    if (!from || !to)
        return (uint64_t)(SCALE * frequency_of_block(c->frequency, from ? from : to));
    return (uint64_t)(SCALE * frequency_of_edge(c->frequency, from, to)) * (count_needs_block(from, to) ? 2 : 1);
}

static void add_edge(const struct counter *c, struct spanning *flow, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    spanning_add(flow, from, to, weight_of(c, from, to));
}

/* The edges that leave a block. */
static void add_edges(const struct counter *c, struct spanning *flow, LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);
    unsigned n = LLVMGetNumSuccessors(terminator);
    guint call = GPOINTER_TO_UINT(g_hash_table_lookup(c->calls, block));

    if (call) {
        if (c->barriers->after->pdata[call - 1])
            add_edge(c, flow, NULL, c->barriers->after->pdata[call - 1]);
        return;
    }
    if (n == 0 || count_is_leaving_invoke(c, terminator) ||
        g_hash_table_contains(c->calls, LLVMGetSuccessor(terminator, 0))) {
        add_edge(c, flow, block, NULL);
        if (count_is_leaving_invoke(c, terminator)) {
            add_edge(c, flow, NULL, LLVMGetNormalDest(terminator));
            add_edge(c, flow, NULL, LLVMGetUnwindDest(terminator));
        }
        return;
    }
    if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke)
        n = 1;
    for (unsigned k = 0; k < n; k++)
        add_edge(c, flow, block, LLVMGetSuccessor(terminator, k));
}

/* Finds all blocks that are reachable from the entry, with those of calls. */
static void find_reachable(LLVMBasicBlockRef entry, GHashTable *found)
{
    g_autoptr(GPtrArray) work = g_ptr_array_new();

    g_ptr_array_add(work, entry);
    g_hash_table_add(found, entry);
    for (guint w = 0; w < work->len; w++) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(work->pdata[w]);

        for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++)
            if (g_hash_table_add(found, LLVMGetSuccessor(terminator, k)))
                g_ptr_array_add(work, LLVMGetSuccessor(terminator, k));
    }
}

/* If all callers are known, the entry count is the sum over the calls; it must not be derived from a block that depends
 * on it. */
static void enter(const struct counter *c, struct spanning *flow, LLVMBasicBlockRef entry)
{
    unsigned number = callers_number(c->order->callers, c->function);

    if (number > 0)
        spanning_add_known(flow, entry, number - 1);
    else
        add_edge(c, flow, NULL, entry);
}

void count_build_flow(const struct counter *c, struct spanning *flow)
{
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(c->function);
    g_autoptr(GHashTable) reachable = g_hash_table_new(NULL, NULL);

    find_reachable(entry, reachable);
    enter(c, flow, entry);
    for (LLVMBasicBlockRef b = entry; b; b = LLVMGetNextBasicBlock(b))
        if (g_hash_table_contains(reachable, b))
            add_edges(c, flow, b);
    if (g_hash_table_size(c->upwards) > 0 && !spanning_keep_clear(flow, entry, c->upwards))
        spanning_forget_known(flow, weight_of(c, NULL, entry));
}
