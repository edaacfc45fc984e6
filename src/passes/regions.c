#include "passes/regions.h"

#include "passes/blocks.h"
#include "passes/twin.h"
#include "passes/whole.h"

struct block {
    LLVMBasicBlockRef block;
    struct block *head;
    unsigned weight, limit; /* limit: most that is executed from here to the region's end */
    gboolean forced, open;
    GPtrArray *before, *behind; /* struct block, each once */
};

struct search {
    const struct region_order *order;
    GHashTable *blocks; /* LLVMBasicBlockRef -> struct block */
    GPtrArray *postorder;
    LLVMBuilderRef builder;
    LLVMTypeRef i64;
};

static void block_free(gpointer data)
{
    struct block *block = data;

    g_ptr_array_unref(block->before);
    g_ptr_array_unref(block->behind);
    g_free(block);
}

static struct block *visit(struct search *search, LLVMBasicBlockRef at)
{
    struct block *block = g_new0(struct block, 1);
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(at);

    block->block = at;
    block->weight = GPOINTER_TO_UINT(g_hash_table_lookup(search->order->weights, at));
    block->forced = g_hash_table_contains(search->order->heads, at);
    block->before = g_ptr_array_new();
    block->behind = g_ptr_array_new();
    block->open = TRUE;
    g_hash_table_insert(search->blocks, at, block);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
        struct block *next = g_hash_table_lookup(search->blocks, LLVMGetSuccessor(terminator, k));

        if (!next)
            next = visit(search, LLVMGetSuccessor(terminator, k));
        else if (next->open)
            next->forced = TRUE;
        if (g_ptr_array_find(block->behind, next, NULL))
            continue;
        g_ptr_array_add(block->behind, next);
        g_ptr_array_add(next->before, block);
    }
    block->open = FALSE;
    g_ptr_array_add(search->postorder, block);
    return block;
}

static void find_head(struct block *block)
{
    struct block *before = block->before->len > 0 ? block->before->pdata[0] : NULL;

    block->head = block;
    if (block->forced || !before)
        return;
    for (guint b = 1; b < block->before->len; b++)
        if (((struct block *)block->before->pdata[b])->head != before->head)
            return;
    block->head = before->head;
}

/* Whether the edge stays in the region. */
static gboolean is_inner(const struct block *from, const struct block *to)
{
    return to->head == from->head && to != to->head;
}

static void find_limit(struct block *block)
{
    unsigned most = 0;

    for (guint b = 0; b < block->behind->len; b++) {
        const struct block *next = block->behind->pdata[b];

        if (is_inner(block, next))
            most = MAX(most, next->limit);
    }
    block->limit = block->weight + most;
}

/* What the head took for nothing where control goes this way. */
static unsigned rest_of(const struct block *from, const struct block *to)
{
    return from->limit - from->weight - (is_inner(from, to) ? to->limit : 0);
}

static void give_back_before(struct search *search, LLVMValueRef place, unsigned rest)
{
    LLVMValueRef left;

    LLVMPositionBuilderBefore(search->builder, place);
    left = LLVMBuildLoad2(search->builder, search->i64, search->order->in->countdown, "");
    left = LLVMBuildAdd(search->builder, left, LLVMConstInt(search->i64, rest, FALSE), "more");
    LLVMBuildStore(search->builder, left, search->order->in->countdown);
}

static void give_back_on_edge(struct search *search, const struct block *from, const struct block *to, unsigned rest)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(from->block);
    LLVMBasicBlockRef edge = LLVMInsertBasicBlockInContext(ir_context(), to->block, "edge");

    LLVMPositionBuilderAtEnd(search->builder, edge);
    LLVMBuildBr(search->builder, to->block);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++)
        if (LLVMGetSuccessor(terminator, k) == to->block)
            LLVMSetSuccessor(terminator, k, edge);
    give_back_before(search, LLVMGetBasicBlockTerminator(edge), rest);
}

/* The same on all edges to an inner block: once there. */
static gboolean give_back_at(struct search *search, const struct block *to)
{
    unsigned rest;

    if (to->head == to)
        return FALSE;
    rest = rest_of(to->before->pdata[0], to);
    for (guint b = 0; b < to->before->len; b++)
        if (rest_of(to->before->pdata[b], to) != rest)
            return FALSE;
    if (rest > 0)
        give_back_before(search, LLVMGetFirstInstruction(to->block), rest);
    return TRUE;
}

static gboolean is_pad(LLVMBasicBlockRef block)
{
    return LLVMGetInstructionOpcode(LLVMGetFirstInstruction(block)) == LLVMLandingPad;
}

static void give_back(struct search *search, const struct block *to)
{
    if (give_back_at(search, to))
        return;
    for (guint b = 0; b < to->before->len; b++) {
        const struct block *from = to->before->pdata[b];
        unsigned rest = rest_of(from, to);

        if (rest == 0)
            continue;
        if (from->behind->len == 1)
            give_back_before(search, LLVMGetBasicBlockTerminator(from->block), rest);
        else if (!is_pad(to->block))
            give_back_on_edge(search, from, to, rest);
    }
}

static void check(struct search *search, const struct block *head)
{
    const struct region_order *order = search->order;
    LLVMValueRef size = LLVMConstInt(search->i64, head->limit, FALSE), before, left, here;
    LLVMBasicBlockRef check, near;
    g_autofree char *name = g_strconcat(LLVMGetBasicBlockName(head->block), ".check", NULL);

    if (head->limit == 0)
        return;
    check = LLVMInsertBasicBlockInContext(ir_context(), head->block, name);
    block_redirect(head->block, check);
    LLVMPositionBuilderAtEnd(search->builder, check);
    before = LLVMBuildLoad2(search->builder, search->i64, order->in->countdown, "countdown");
    left = LLVMBuildSub(search->builder, before, size, "left");
    here = LLVMBuildICmp(search->builder, LLVMIntULT, before, size, "here");
    LLVMBuildStore(search->builder, left, order->in->countdown);
    near = injector_ask(order->in, head->block, twin_block(order->twins, head->block), before, size, FALSE);
    LLVMPositionBuilderAtEnd(search->builder, check);
    branch_set_unlikely(LLVMBuildCondBr(search->builder, here, near, head->block));
}

void function_check_regions(const struct region_order *order)
{
    struct search search = {
        .order = order,
        .blocks = g_hash_table_new_full(NULL, NULL, NULL, block_free),
        .postorder = g_ptr_array_new(),
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .i64 = LLVMInt64TypeInContext(ir_context()),
    };

    visit(&search, order->first);
    for (guint b = search.postorder->len; b-- > 0;)
        find_head(search.postorder->pdata[b]);
    for (guint b = 0; b < search.postorder->len; b++)
        find_limit(search.postorder->pdata[b]);
    for (guint b = 0; b < search.postorder->len; b++)
        give_back(&search, search.postorder->pdata[b]);
    for (guint b = 0; b < search.postorder->len; b++)
        if (((struct block *)search.postorder->pdata[b])->head == search.postorder->pdata[b])
            check(&search, search.postorder->pdata[b]);
    g_hash_table_unref(search.blocks);
    g_ptr_array_unref(search.postorder);
    LLVMDisposeBuilder(search.builder);
}
