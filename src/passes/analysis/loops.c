/* Natural loops by depth-first search: an edge to a block that is still being visited leads to a loop's header. */
#include "passes/analysis/loops.h"

enum visit { UNSEEN, OPEN, DONE };

struct search {
    GHashTable *visits;       /* block -> enum visit */
    GHashTable *predecessors; /* block -> GPtrArray of reachable blocks */
    GPtrArray *loops;
};

static void loop_free(gpointer data)
{
    struct loop *loop = data;

    g_ptr_array_unref(loop->latches);
    g_ptr_array_unref(loop->blocks);
    g_hash_table_unref(loop->members);
    g_ptr_array_unref(loop->inner);
    g_free(loop);
}

gboolean loop_contains(const struct loop *loop, LLVMBasicBlockRef block)
{
    return g_hash_table_contains(loop->members, block);
}

static struct loop *loop_of_header(GPtrArray *loops, LLVMBasicBlockRef header)
{
    struct loop *loop;

    for (guint l = 0; l < loops->len; l++)
        if (((struct loop *)loops->pdata[l])->header == header)
            return loops->pdata[l];
    loop = g_new0(struct loop, 1);
    loop->header = header;
    loop->latches = g_ptr_array_new();
    loop->blocks = g_ptr_array_new();
    loop->members = g_hash_table_new(NULL, NULL);
    loop->inner = g_ptr_array_new();
    g_ptr_array_add(loops, loop);
    return loop;
}

static GPtrArray *predecessors_of(struct search *search, LLVMBasicBlockRef block)
{
    GPtrArray *list = g_hash_table_lookup(search->predecessors, block);

    if (!list) {
        list = g_ptr_array_new();
        g_hash_table_insert(search->predecessors, block, list);
    }
    return list;
}

static void visit(struct search *search, LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);

    g_hash_table_insert(search->visits, block, GINT_TO_POINTER(OPEN));
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
        LLVMBasicBlockRef next = LLVMGetSuccessor(terminator, k);
        enum visit state = (enum visit)GPOINTER_TO_INT(g_hash_table_lookup(search->visits, next));

        g_ptr_array_add(predecessors_of(search, next), block);
        if (state == UNSEEN)
            visit(search, next);
        else if (state == OPEN)
            g_ptr_array_add(loop_of_header(search->loops, next)->latches, block);
    }
    g_hash_table_insert(search->visits, block, GINT_TO_POINTER(DONE));
}

/* A loop's blocks are those from which a latch is reached without passing the header. The function's entry is among
 * them only if the loop can be entered without passing the header: then it is irregular. */
static void collect_blocks(struct search *search, struct loop *loop, LLVMValueRef function)
{
    g_autoptr(GPtrArray) work = g_ptr_array_new();

    g_hash_table_add(loop->members, loop->header);
    g_ptr_array_extend(work, loop->latches, NULL, NULL);
    while (work->len > 0) {
        LLVMBasicBlockRef block = g_ptr_array_steal_index(work, work->len - 1);

        if (g_hash_table_add(loop->members, block))
            g_ptr_array_extend(work, predecessors_of(search, block), NULL, NULL);
    }
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (loop_contains(loop, b))
            g_ptr_array_add(loop->blocks, b);
    loop->is_irregular = loop_contains(loop, LLVMGetEntryBasicBlock(function));
}

static gint by_size(gconstpointer a, gconstpointer b)
{
    const struct loop *left = *(struct loop *const *)a, *right = *(struct loop *const *)b;

    return left->blocks->len < right->blocks->len ? -1 : left->blocks->len > right->blocks->len;
}

/* The outer loop of a loop is the smallest larger one that contains its header. */
static void nest(GPtrArray *loops)
{
    for (guint l = 0; l < loops->len; l++) {
        struct loop *loop = loops->pdata[l];

        for (guint k = 0; k < loops->len; k++) {
            struct loop *around = loops->pdata[k];

            if (around == loop || !loop_contains(around, loop->header))
                continue;
            around->is_irregular |= loop->is_irregular;
            if (k > l && !loop->outer) {
                loop->outer = around;
                g_ptr_array_add(around->inner, loop);
            }
        }
    }
}

GPtrArray *function_loops(LLVMValueRef function)
{
    struct search search = {
        .visits = g_hash_table_new(NULL, NULL),
        .predecessors = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref),
        .loops = g_ptr_array_new_with_free_func(loop_free),
    };

    visit(&search, LLVMGetEntryBasicBlock(function));
    for (guint l = 0; l < search.loops->len; l++)
        collect_blocks(&search, search.loops->pdata[l], function);
    g_ptr_array_sort(search.loops, by_size);
    nest(search.loops);
    g_hash_table_unref(search.visits);
    g_hash_table_unref(search.predecessors);
    return search.loops;
}

const struct loop *loop_innermost(const GPtrArray *loops, LLVMBasicBlockRef block)
{
    for (guint l = 0; l < loops->len; l++)
        if (loop_contains(loops->pdata[l], block))
            return loops->pdata[l];
    return NULL;
}

const struct loop *loop_common(const struct loop *a, const struct loop *b)
{
    while (a && !(b && loop_contains(a, b->header)))
        a = a->outer;
    return a;
}
