#include "passes/loops.h"

/* Predecessors of every block, and an order in which a block comes before those that it alone leads to. */
struct flow {
    const struct loops *loops;
    GArray **predecessors; /* unsigned, by block number */
    GArray *order;         /* unsigned: reverse postorder of what is reachable */
    int *place;            /* in that order; -1: not reachable */
    int *dominator;        /* immediate one, by block number; -1: not known yet */
};

unsigned loops_block_number(const struct loops *loops, LLVMBasicBlockRef block)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(loops->numbers, block)) - 1;
}

gboolean loops_contain(const struct loops *loops, int loop, unsigned block)
{
    return loop < 0 || loops_get(loops, loop)->inside[block];
}

int loops_common(const struct loops *loops, int a, int b)
{
    while (a >= 0 && !(b >= 0 && loops_get(loops, a)->inside[loops_get(loops, b)->header]))
        a = loops_get(loops, a)->parent;
    return a;
}

static void visit(struct flow *flow, unsigned block, gboolean *seen)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(flow->loops->blocks[block]);

    seen[block] = TRUE;
    for (unsigned s = 0; s < LLVMGetNumSuccessors(terminator); s++) {
        unsigned next = loops_block_number(flow->loops, LLVMGetSuccessor(terminator, s));

        g_array_append_val(flow->predecessors[next], block);
        if (!seen[next])
            visit(flow, next, seen);
    }
    g_array_prepend_val(flow->order, block);
}

static void flow_init(struct flow *flow, const struct loops *loops)
{
    unsigned n = loops->n_blocks;
    g_autofree gboolean *seen = g_new0(gboolean, n);

    flow->loops = loops;
    flow->predecessors = g_new(GArray *, n);
    flow->place = g_new(int, n);
    flow->dominator = g_new(int, n);
    flow->order = g_array_new(FALSE, FALSE, sizeof(unsigned));
    for (unsigned b = 0; b < n; b++) {
        flow->predecessors[b] = g_array_new(FALSE, FALSE, sizeof(unsigned));
        flow->place[b] = flow->dominator[b] = -1;
    }
    visit(flow, 0, seen);
    for (guint i = 0; i < flow->order->len; i++)
        flow->place[g_array_index(flow->order, unsigned, i)] = (int)i;
}

static void flow_clear(struct flow *flow)
{
    for (unsigned b = 0; b < flow->loops->n_blocks; b++)
        g_array_unref(flow->predecessors[b]);
    g_free(flow->predecessors);
    g_array_unref(flow->order);
    g_free(flow->place);
    g_free(flow->dominator);
}

static unsigned common_dominator(const struct flow *flow, unsigned a, unsigned b)
{
    while (a != b) {
        while (flow->place[a] > flow->place[b])
            a = (unsigned)flow->dominator[a];
        while (flow->place[b] > flow->place[a])
            b = (unsigned)flow->dominator[b];
    }
    return a;
}

/* Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001). */
static void find_dominators(struct flow *flow)
{
    gboolean changed = TRUE;

    flow->dominator[0] = 0;
    while (changed) {
        changed = FALSE;
        for (guint i = 1; i < flow->order->len; i++) {
            unsigned block = g_array_index(flow->order, unsigned, i);
            int dominator = -1;

            for (guint p = 0; p < flow->predecessors[block]->len; p++) {
                unsigned before = g_array_index(flow->predecessors[block], unsigned, p);

                if (flow->dominator[before] >= 0)
                    dominator = dominator < 0 ? (int)before : (int)common_dominator(flow, before, (unsigned)dominator);
            }
            changed |= flow->dominator[block] != dominator;
            flow->dominator[block] = dominator;
        }
    }
}

static gboolean dominates(const struct flow *flow, unsigned a, unsigned b)
{
    while (b != a && b != 0)
        b = (unsigned)flow->dominator[b];
    return b == a;
}

/* Adds to a loop the blocks that reach `block` without passing the header. */
static void add_body(const struct flow *flow, struct loop *loop, unsigned block)
{
    if (loop->inside[block])
        return;
    loop->inside[block] = TRUE;
    for (guint p = 0; p < flow->predecessors[block]->len; p++)
        add_body(flow, loop, g_array_index(flow->predecessors[block], unsigned, p));
}

static void find_loop(const struct flow *flow, struct loops *loops, unsigned header)
{
    struct loop loop = { .header = header, .parent = -1 };

    for (guint p = 0; p < flow->predecessors[header]->len; p++) {
        unsigned before = g_array_index(flow->predecessors[header], unsigned, p);

        if (!dominates(flow, header, before))
            continue;
        if (!loop.inside) {
            loop.inside = g_new0(gboolean, loops->n_blocks);
            loop.inside[header] = TRUE;
        }
        add_body(flow, &loop, before);
    }
    if (loop.inside)
        g_array_append_val(loops->loops, loop);
}

/* Loops come in reverse postorder of their headers, so that an outer one has the smaller number. */
static void nest(struct loops *loops)
{
    for (unsigned b = 0; b < loops->n_blocks; b++)
        loops->innermost[b] = -1;
    for (guint l = 0; l < loops->loops->len; l++) {
        struct loop *loop = &g_array_index(loops->loops, struct loop, l);

        loop->parent = loops->innermost[loop->header];
        for (unsigned b = 0; b < loops->n_blocks; b++)
            if (loop->inside[b])
                loops->innermost[b] = (int)l;
    }
}

struct loops *loops_new(LLVMValueRef function)
{
    struct loops *loops = g_new0(struct loops, 1);
    struct flow flow;

    loops->n_blocks = LLVMCountBasicBlocks(function);
    loops->blocks = g_new(LLVMBasicBlockRef, loops->n_blocks);
    LLVMGetBasicBlocks(function, loops->blocks);
    loops->numbers = g_hash_table_new(NULL, NULL);
    for (unsigned b = 0; b < loops->n_blocks; b++)
        g_hash_table_insert(loops->numbers, loops->blocks[b], GUINT_TO_POINTER(b + 1));
    loops->loops = g_array_new(FALSE, FALSE, sizeof(struct loop));
    loops->innermost = g_new(int, loops->n_blocks);
    flow_init(&flow, loops);
    find_dominators(&flow);
    for (guint i = 0; i < flow.order->len; i++)
        find_loop(&flow, loops, g_array_index(flow.order, unsigned, i));
    nest(loops);
    flow_clear(&flow);
    return loops;
}

void loops_free(struct loops *loops)
{
    if (!loops)
        return;
    for (guint l = 0; l < loops->loops->len; l++)
        g_free(g_array_index(loops->loops, struct loop, l).inside);
    g_array_unref(loops->loops);
    g_hash_table_unref(loops->numbers);
    g_free(loops->blocks);
    g_free(loops->innermost);
    g_free(loops);
}
