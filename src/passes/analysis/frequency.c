#include "passes/analysis/frequency.h"

#define ROUNDS 8.0
#define UNLIKELY (1.0 / 64)
/* An upper limit, as deeply nested loops would exceed the range of a double. */
#define MOST 1e15

struct frequency {
    const GPtrArray *loops;
    GHashTable *blocks; /* block -> double * */
};

/* A block on the path of a search, and its next successor to be searched. */
struct visit {
    LLVMBasicBlockRef block;
    unsigned next;
};

/* Reachable blocks in topological order, ignoring edges back to loop headers. */
static GPtrArray *ordered_blocks(LLVMBasicBlockRef entry)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(struct visit));
    GPtrArray *blocks = g_ptr_array_new();
    struct visit first = { entry, 0 };

    g_hash_table_add(seen, entry);
    g_array_append_val(path, first);
    while (path->len > 0) {
        struct visit *visit = &g_array_index(path, struct visit, path->len - 1), deeper = { 0 };
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(visit->block);

        if (visit->next == LLVMGetNumSuccessors(terminator)) {
            g_ptr_array_add(blocks, visit->block);
            g_array_set_size(path, path->len - 1);
            continue;
        }
        deeper.block = LLVMGetSuccessor(terminator, visit->next++);
        if (g_hash_table_add(seen, deeper.block))
            g_array_append_val(path, deeper);
    }
    for (guint b = 0; b < blocks->len / 2; b++) {
        gpointer block = blocks->pdata[b];

        blocks->pdata[b] = blocks->pdata[blocks->len - 1 - b];
        blocks->pdata[blocks->len - 1 - b] = block;
    }
    return blocks;
}

static double weight_of(const struct frequency *frequency, LLVMValueRef terminator, unsigned successor)
{
    LLVMBasicBlockRef from = LLVMGetInstructionParent(terminator), to = LLVMGetSuccessor(terminator, successor);
    gboolean unwinds = LLVMGetInstructionOpcode(terminator) == LLVMInvoke && successor == 1;
    gboolean ends = LLVMGetInstructionOpcode(LLVMGetBasicBlockTerminator(to)) == LLVMUnreachable;
    double weight = unwinds || ends ? UNLIKELY : 1;

    for (const struct loop *l = loop_innermost(frequency->loops, from); l && !loop_contains(l, to); l = l->outer)
        weight /= ROUNDS;
    return weight;
}

double frequency_of_block(const struct frequency *frequency, LLVMBasicBlockRef block)
{
    const double *known = g_hash_table_lookup(frequency->blocks, block);

    return known ? *known : 0;
}

double frequency_of_edge(const struct frequency *frequency, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(from);
    double taken = 0, all = 0;

    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
        double weight = weight_of(frequency, terminator, k);

        all += weight;
        taken += LLVMGetSuccessor(terminator, k) == to ? weight : 0;
    }
    return frequency_of_block(frequency, from) * taken / all;
}

static gboolean goes_back(const struct frequency *frequency, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    const struct loop *loop = loop_innermost(frequency->loops, to);

    return loop && loop->header == to && loop_contains(loop, from);
}

static void spread(struct frequency *frequency, LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);
    const struct loop *loop = loop_innermost(frequency->loops, block);
    double *own = g_hash_table_lookup(frequency->blocks, block);

    *own *= loop && loop->header == block ? ROUNDS : 1;
    *own = MIN(*own, MOST);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
        LLVMBasicBlockRef to = LLVMGetSuccessor(terminator, k);
        double *other = g_hash_table_lookup(frequency->blocks, to);
        gboolean first = TRUE;

        for (unsigned before = 0; before < k; before++)
            first &= LLVMGetSuccessor(terminator, before) != to;
        if (first && !goes_back(frequency, block, to))
            *other += frequency_of_edge(frequency, block, to);
    }
}

struct frequency *frequency_new(LLVMValueRef function, const GPtrArray *loops)
{
    struct frequency *frequency = g_new0(struct frequency, 1);
    g_autoptr(GPtrArray) blocks = ordered_blocks(LLVMGetEntryBasicBlock(function));

    frequency->loops = loops;
    frequency->blocks = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    for (guint b = 0; b < blocks->len; b++)
        g_hash_table_insert(frequency->blocks, blocks->pdata[b], g_new0(double, 1));
    *(double *)g_hash_table_lookup(frequency->blocks, LLVMGetEntryBasicBlock(function)) = 1;
    for (guint b = 0; b < blocks->len; b++)
        spread(frequency, blocks->pdata[b]);
    return frequency;
}

void frequency_free(struct frequency *frequency)
{
    if (!frequency)
        return;
    g_hash_table_unref(frequency->blocks);
    g_free(frequency);
}
