/*
 * Adds the code that counts the chosen edges of a program's function: in memory, or, in loops that control leaves only
 * through their exits, in registers that are added to memory at the exits.
 */
#include "passes/count/parts.h"

#include "passes/inject/demote.h"
#include "passes/ir/blocks.h"

/* An edge that was split by a block of its own. */
struct cut {
    LLVMBasicBlockRef from, to, block;
};

/* At most this many counters of one loop are kept in registers: there are not many more registers. */
#define MOST_PROMOTED 16

/* A counter that is kept in a register within a loop. */
struct promoted {
    const struct loop *loop;
    LLVMValueRef slot;
    unsigned counter;
};

struct exit {
    const struct loop *loop;
    LLVMBasicBlockRef from, to;
};

struct edges {
    const struct counter *c;
    GArray *cuts, *promoted, *exits; /* of the structs above */
};

static LLVMValueRef place_before_end(LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block), before = LLVMGetPreviousInstruction(terminator);
    gboolean tied = before && LLVMGetInstructionOpcode(before) == LLVMCall &&
                    LLVMGetTailCallKind(before) == LLVMTailCallKindMustTail;

    return tied ? before : terminator;
}

/* Replaced phis need not be recorded: instructions have their numbers already. */
static void ignore_phi(LLVMValueRef from, LLVMValueRef to, void *data)
{
    (void)from;
    (void)to;
    (void)data;
}

static LLVMBasicBlockRef cut(const struct edges *edges, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(from);
    struct cut cut = { .from = from, .to = to };
    unsigned k = 0;

    for (guint i = 0; i < edges->cuts->len; i++) {
        const struct cut *before = &g_array_index(edges->cuts, struct cut, i);

        if (before->from == from && before->to == to)
            return before->block;
    }
    while (LLVMGetSuccessor(terminator, k) != to)
        k++;
    cut.block = block_split_edge(edges->c->counters.builder, terminator, k, ignore_phi, NULL);
    g_array_append_val(edges->cuts, cut);
    return cut.block;
}

/* Where to insert code for an edge; splits the edge if necessary. */
static LLVMValueRef place_on_edge(const struct edges *edges, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    if (!to)
        return place_before_end(from);
    if (!from)
        return count_place_in(to);
    if (count_needs_block(from, to))
        return LLVMGetBasicBlockTerminator(cut(edges, from, to));
    if (block_count_predecessors(to) == 1)
        return count_place_in(to);
    return LLVMGetBasicBlockTerminator(from);
}

static guint count_promoted(const struct edges *edges, const struct loop *loop)
{
    guint n = 0;

    for (guint p = 0; p < edges->promoted->len; p++)
        n += g_array_index(edges->promoted, struct promoted, p).loop == loop;
    return n;
}

/* The outermost loop around an edge that is left only through its exits and has room for one more counter in a
 * register; NULL: there is none. */
static const struct loop *quiet_loop(const struct edges *edges, const struct spanning_edge *edge)
{
    const struct loop *loop, *quiet = NULL;

    if (!edge->from || !edge->to)
        return NULL;
    loop = loop_common(loop_innermost(edges->c->loops, edge->from), loop_innermost(edges->c->loops, edge->to));
    for (; loop && loop->sites == 0 && !loop->is_irregular; loop = loop->outer)
        if (count_promoted(edges, loop) < MOST_PROMOTED)
            quiet = loop;
    return quiet;
}

/* Here `sites` of a loop is the number of its blocks in which a call may not return. */
static void find_quiet_loops(const struct counter *c)
{
    for (guint l = 0; l < c->loops->len; l++) {
        struct loop *loop = c->loops->pdata[l];

        for (guint b = 0; b < loop->blocks->len; b++) {
            LLVMBasicBlockRef block = loop->blocks->pdata[b];

            loop->sites += g_hash_table_contains(c->calls, block) ||
                           count_is_leaving_invoke(c, LLVMGetBasicBlockTerminator(block));
        }
    }
}

static void add_to_slot(const struct counter *c, LLVMValueRef place, LLVMValueRef slot, LLVMValueRef value)
{
    LLVMBuilderRef builder = c->counters.builder;
    LLVMValueRef sum;

    LLVMPositionBuilderBefore(builder, place);
    sum = LLVMBuildAdd(builder, LLVMBuildLoad2(builder, c->counters.i64, slot, ""), value, "executions");
    LLVMBuildStore(builder, sum, slot);
}

static void count_chosen(const struct edges *edges, const struct spanning *flow)
{
    const struct counter *c = edges->c;
    LLVMValueRef one = LLVMConstInt(c->counters.i64, 1, FALSE);

    for (guint e = 0; e < flow->edges->len; e++) {
        const struct spanning_edge *edge = &g_array_index(flow->edges, struct spanning_edge, e);
        struct promoted in = { .counter = edge->counter };
        LLVMValueRef place;

        if (edge->in_tree || edge->is_known)
            continue;
        place = spanning_is_block(edge) ? LLVMGetBasicBlockTerminator(edge->from)
                                        : place_on_edge(edges, edge->from, edge->to);
        in.loop = quiet_loop(edges, edge);
        if (!in.loop) {
            counters_add(&c->counters, place, edge->counter, one);
            continue;
        }
        in.slot = function_slot(c->function, c->counters.i64, "executions");
        g_array_append_val(edges->promoted, in);
        add_to_slot(c, place, in.slot, one);
    }
}

/* The exits of loops, found before edges are split. */
static GArray *find_exits(const struct counter *c)
{
    GArray *exits = g_array_new(FALSE, FALSE, sizeof(struct exit));

    for (guint l = 0; l < c->loops->len; l++) {
        const struct loop *loop = c->loops->pdata[l];

        for (guint b = 0; loop->sites == 0 && b < loop->blocks->len; b++) {
            LLVMValueRef terminator = LLVMGetBasicBlockTerminator(loop->blocks->pdata[b]);
            unsigned n = LLVMGetInstructionOpcode(terminator) == LLVMInvoke ? 1 : LLVMGetNumSuccessors(terminator);

            for (unsigned k = 0; k < n; k++) {
                struct exit exit = { loop, loop->blocks->pdata[b], LLVMGetSuccessor(terminator, k) };

                if (!loop_contains(loop, exit.to))
                    g_array_append_val(exits, exit);
            }
        }
    }
    return exits;
}

static void leave_loop(const struct edges *edges, const struct exit *exit)
{
    const struct counter *c = edges->c;
    LLVMValueRef place = place_on_edge(edges, exit->from, exit->to), null = LLVMConstNull(c->counters.i64);
    LLVMBuilderRef builder = c->counters.builder;

    for (guint p = 0; p < edges->promoted->len; p++) {
        const struct promoted *in = &g_array_index(edges->promoted, struct promoted, p);

        if (in->loop != exit->loop)
            continue;
        LLVMPositionBuilderBefore(builder, place);
        counters_add(&c->counters, place, in->counter, LLVMBuildLoad2(builder, c->counters.i64, in->slot, ""));
        LLVMBuildStore(builder, null, in->slot);
    }
}

static void promote(const struct edges *edges)
{
    const struct counters *counters = &edges->c->counters;

    for (guint e = 0; e < edges->exits->len; e++)
        if (count_promoted(edges, g_array_index(edges->exits, struct exit, e).loop) > 0)
            leave_loop(edges, &g_array_index(edges->exits, struct exit, e));
    for (guint p = 0; p < edges->promoted->len; p++) {
        LLVMValueRef slot = g_array_index(edges->promoted, struct promoted, p).slot;

        LLVMPositionBuilderBefore(counters->builder, LLVMGetNextInstruction(slot));
        LLVMBuildStore(counters->builder, LLVMConstNull(counters->i64), slot);
    }
}

void count_add_edges(const struct counter *c, const struct spanning *flow)
{
    g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(struct cut));
    g_autoptr(GArray) promoted = g_array_new(FALSE, FALSE, sizeof(struct promoted)), exits = NULL;
    struct edges edges = { c, cuts, promoted, NULL };

    find_quiet_loops(c);
    edges.exits = exits = find_exits(c);
    count_chosen(&edges, flow);
    promote(&edges);
}
