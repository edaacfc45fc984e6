/*
 * Block counters of programs: in memory, so that they are right whenever and however the program ends.
 *
 * Where no signal can come between (count_order.every_block is FALSE) only some edges are counted (spanning.h), and
 * those of loops that run to their end in registers.
 */
#include "passes/instrument.h"

#include "passes/barriers.h"
#include "passes/blocks.h"
#include "passes/counters.h"
#include "passes/demote.h"
#include "passes/spanning.h"

struct counter {
    struct count_order *order;
    LLVMValueRef function;
    struct counters counters;
    const struct barriers *barriers;
    GHashTable *calls;   /* block of a call that may leave -> number of the call + 1 */
    GHashTable *numbers; /* block -> its number + 1 */
    unsigned n_blocks;
    GPtrArray *loops;
    GArray *cuts; /* struct cut */
};

/* An edge that got a block of its own. */
struct cut {
    LLVMBasicBlockRef from, to, block;
};

static LLVMValueRef place_in(LLVMBasicBlockRef block)
{
    LLVMValueRef body = block_body(block);

    return LLVMGetInstructionOpcode(body) == LLVMLandingPad ? LLVMGetNextInstruction(body) : body;
}

static void count_block(struct counter *c, LLVMBasicBlockRef block)
{
    struct spanning_term term = { c->n_blocks, c->order->next_counter++, 1 };

    if (c->order->terms)
        g_array_append_val(c->order->terms, term);
    counters_add(&c->counters, place_in(block), term.counter, LLVMConstInt(c->counters.i64, 1, FALSE));
}

static void number_block(struct counter *c, LLVMBasicBlockRef block)
{
    g_hash_table_insert(c->numbers, block, GUINT_TO_POINTER(++c->n_blocks));
}

/* Blocks of calls have the counter of the block that falls into them: it always runs to its end. */
static GHashTable *call_blocks(const struct barriers *barriers)
{
    GHashTable *blocks = g_hash_table_new(NULL, NULL);

    for (guint c = 0; c < barriers->calls->len; c++)
        g_hash_table_insert(blocks, LLVMGetInstructionParent(barriers->calls->pdata[c]), GUINT_TO_POINTER(c + 1));
    return blocks;
}

/* The instructions that counters are asked for; phis may be made anew. */
struct instructions {
    LLVMValueRef *all;
    size_t n;
};

static void replace(LLVMValueRef from, LLVMValueRef to, void *data)
{
    struct instructions *instructions = data;

    for (size_t i = 0; instructions && i < instructions->n; i++)
        if (instructions->all[i] == from)
            instructions->all[i] = to;
}

static void number_instructions(const struct counter *c, const struct instructions *instructions, unsigned *counters)
{
    for (size_t i = 0; i < instructions->n; i++) {
        LLVMValueRef instruction = instructions->all[i];
        LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction);
        guint call = GPOINTER_TO_UINT(g_hash_table_lookup(c->calls, block));

        if (call)
            block = g_hash_table_contains(c->barriers->deferred, instruction) ? c->barriers->after->pdata[call - 1]
                                                                              : c->barriers->before->pdata[call - 1];
        counters[i] = GPOINTER_TO_UINT(g_hash_table_lookup(c->numbers, block)) - 1;
    }
}

static gboolean is_leaving_invoke(const struct counter *c, LLVMValueRef terminator)
{
    return LLVMGetInstructionOpcode(terminator) == LLVMInvoke &&
           (calls_effects(c->order->calls, terminator) & CALL_LEAVES);
}

/* Behind an invoke there is a place for what counts only where it came back. */
static void split_invokes(const struct counter *c, struct instructions *instructions)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke &&
            block_count_predecessors(LLVMGetNormalDest(terminator)) > 1)
            block_split_edge(c->counters.builder, terminator, 0, replace, instructions);
    }
}

/* Eight times as often for each loop around; of edges that are taken as often, those that would need a block of their
 * own to be counted in rather go without a counter. */
static uint64_t weight_of(const struct counter *c, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    const struct loop *loop = from ? loop_innermost(c->loops, from) : NULL;
    uint64_t weight = 4;
    unsigned depth = 0;

    if (to && from)
        loop = loop_common(loop, loop_innermost(c->loops, to));
    else if (to)
        loop = loop_innermost(c->loops, to);
    for (; loop && depth < 16; loop = loop->outer, depth++)
        weight *= 8;
    if (!from || !to)
        return weight;
    if (LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(from)) == 1)
        return weight + 1;
    return block_count_predecessors(to) > 1 ? weight + 2 : weight;
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
    if (n == 0 || is_leaving_invoke(c, terminator) ||
        g_hash_table_contains(c->calls, LLVMGetSuccessor(terminator, 0))) {
        add_edge(c, flow, block, NULL);
        if (is_leaving_invoke(c, terminator)) {
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

/* Blocks that control gets to, those of calls as well. */
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

static void build_flow(const struct counter *c, struct spanning *flow)
{
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(c->function);
    g_autoptr(GHashTable) reachable = g_hash_table_new(NULL, NULL);

    find_reachable(entry, reachable);
    add_edge(c, flow, NULL, entry);
    for (LLVMBasicBlockRef b = entry; b; b = LLVMGetNextBasicBlock(b))
        if (g_hash_table_contains(reachable, b))
            add_edges(c, flow, b);
}

static LLVMValueRef place_before_end(LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block), before = LLVMGetPreviousInstruction(terminator);
    gboolean tied = before && LLVMGetInstructionOpcode(before) == LLVMCall &&
                    LLVMGetTailCallKind(before) == LLVMTailCallKindMustTail;

    return tied ? before : terminator;
}

static LLVMBasicBlockRef cut(const struct counter *c, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(from);
    struct cut cut = { .from = from, .to = to };
    unsigned k = 0;

    for (guint i = 0; i < c->cuts->len; i++) {
        const struct cut *before = &g_array_index(c->cuts, struct cut, i);

        if (before->from == from && before->to == to)
            return before->block;
    }
    while (LLVMGetSuccessor(terminator, k) != to)
        k++;
    cut.block = block_split_edge(c->counters.builder, terminator, k, replace, NULL);
    g_array_append_val(c->cuts, cut);
    return cut.block;
}

/* Where what happens on an edge is done; it may need a block. */
static LLVMValueRef place_on_edge(const struct counter *c, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    if (!to)
        return place_before_end(from);
    if (!from)
        return place_in(to);
    if (LLVMGetNumSuccessors(LLVMGetBasicBlockTerminator(from)) == 1)
        return LLVMGetBasicBlockTerminator(from);
    if (block_count_predecessors(to) == 1)
        return place_in(to);
    return LLVMGetBasicBlockTerminator(cut(c, from, to));
}

/* The outermost loop around an edge that is left only by its exits; NULL: none. */
static const struct loop *quiet_loop(const struct counter *c, const struct spanning_edge *edge)
{
    const struct loop *loop, *quiet = NULL;

    if (!edge->from || !edge->to)
        return NULL;
    loop = loop_common(loop_innermost(c->loops, edge->from), loop_innermost(c->loops, edge->to));
    for (; loop && loop->sites == 0 && !loop->is_irregular; loop = loop->outer)
        quiet = loop;
    return quiet;
}

/* `sites` of a loop says here how many of its blocks control may leave for good. */
static void find_quiet_loops(const struct counter *c)
{
    for (guint l = 0; l < c->loops->len; l++) {
        struct loop *loop = c->loops->pdata[l];

        for (guint b = 0; b < loop->blocks->len; b++) {
            LLVMBasicBlockRef block = loop->blocks->pdata[b];

            loop->sites +=
                g_hash_table_contains(c->calls, block) || is_leaving_invoke(c, LLVMGetBasicBlockTerminator(block));
        }
    }
}

/* A counter that is in a register inside of a loop. */
struct promoted {
    const struct loop *loop;
    LLVMValueRef slot;
    unsigned counter;
};

struct exit {
    const struct loop *loop;
    LLVMBasicBlockRef from, to;
};

static void add_to_slot(const struct counter *c, LLVMValueRef place, LLVMValueRef slot, LLVMValueRef value)
{
    LLVMBuilderRef builder = c->counters.builder;
    LLVMValueRef sum;

    LLVMPositionBuilderBefore(builder, place);
    sum = LLVMBuildAdd(builder, LLVMBuildLoad2(builder, c->counters.i64, slot, ""), value, "executions");
    LLVMBuildStore(builder, sum, slot);
}

static void count_edges(const struct counter *c, const struct spanning *flow, GArray *promoted)
{
    LLVMValueRef one = LLVMConstInt(c->counters.i64, 1, FALSE);

    for (guint e = 0; e < flow->edges->len; e++) {
        const struct spanning_edge *edge = &g_array_index(flow->edges, struct spanning_edge, e);
        struct promoted in = { .counter = edge->counter };
        LLVMValueRef place;

        if (edge->in_tree)
            continue;
        place = place_on_edge(c, edge->from, edge->to);
        in.loop = quiet_loop(c, edge);
        if (!in.loop) {
            counters_add(&c->counters, place, edge->counter, one);
            continue;
        }
        in.slot = function_slot(c->function, c->counters.i64, "executions");
        g_array_append_val(promoted, in);
        add_to_slot(c, place, in.slot, one);
    }
}

/* Edges out of loops, before any is cut. */
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

static gboolean is_used(const GArray *promoted, const struct loop *loop)
{
    for (guint p = 0; p < promoted->len; p++)
        if (g_array_index(promoted, struct promoted, p).loop == loop)
            return TRUE;
    return FALSE;
}

static void leave_loop(const struct counter *c, const struct exit *exit, const GArray *promoted)
{
    LLVMValueRef place = place_on_edge(c, exit->from, exit->to), null = LLVMConstNull(c->counters.i64);
    LLVMBuilderRef builder = c->counters.builder;

    for (guint p = 0; p < promoted->len; p++) {
        const struct promoted *in = &g_array_index(promoted, struct promoted, p);

        if (in->loop != exit->loop)
            continue;
        LLVMPositionBuilderBefore(builder, place);
        counters_add(&c->counters, place, in->counter, LLVMBuildLoad2(builder, c->counters.i64, in->slot, ""));
        LLVMBuildStore(builder, null, in->slot);
    }
}

static void promote(const struct counter *c, const GArray *promoted, const GArray *exits)
{
    for (guint e = 0; e < exits->len; e++)
        if (is_used(promoted, g_array_index(exits, struct exit, e).loop))
            leave_loop(c, &g_array_index(exits, struct exit, e), promoted);
    for (guint p = 0; p < promoted->len; p++) {
        LLVMValueRef slot = g_array_index(promoted, struct promoted, p).slot;

        LLVMPositionBuilderBefore(c->counters.builder, LLVMGetNextInstruction(slot));
        LLVMBuildStore(c->counters.builder, LLVMConstNull(c->counters.i64), slot);
    }
}

static gboolean has_indirect_jump(LLVMValueRef function)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (LLVMGetInstructionOpcode(LLVMGetBasicBlockTerminator(b)) == LLVMIndirectBr)
            return TRUE;
    return FALSE;
}

static void count_flow(struct counter *c, const struct instructions *instructions, unsigned *counters)
{
    g_autoptr(spanning_t) flow = spanning_new();
    g_autoptr(GArray) promoted = g_array_new(FALSE, FALSE, sizeof(struct promoted)), exits = NULL;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b))
        if (!g_hash_table_contains(c->calls, b))
            number_block(c, b);
    number_instructions(c, instructions, counters);
    function_pin(c->function);
    c->loops = function_loops(c->function);
    find_quiet_loops(c);
    build_flow(c, flow);
    c->order->next_counter += spanning_choose(flow, c->order->next_counter);
    spanning_solve(flow, c->numbers, c->order->terms);
    exits = find_exits(c);
    count_edges(c, flow, promoted);
    promote(c, promoted, exits);
    g_ptr_array_unref(c->loops);
}

static void count_every_block(struct counter *c, const struct instructions *instructions, unsigned *counters)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b)) {
        if (g_hash_table_contains(c->calls, b))
            continue;
        count_block(c, b);
        number_block(c, b);
    }
    number_instructions(c, instructions, counters);
}

void pass_count_program(LLVMValueRef function, const GArray *sites, unsigned first_index, struct count_order *order,
                        unsigned *counters)
{
    gboolean every = order->every_block || has_indirect_jump(function);
    struct counter c = { .order = order,
                         .function = function,
                         .numbers = g_hash_table_new(NULL, NULL),
                         .n_blocks = order->n_blocks };
    struct instructions instructions;
    g_autoptr(barriers_t) barriers = NULL;

    counters_init(&c.counters, LLVMGetGlobalParent(function), order->threads);
    instructions.all = function_instructions(function, &instructions.n);
    c.barriers = barriers =
        barriers_isolate_for(function, sites, first_index, every ? NULL : order->calls, CALL_LEAVES);
    c.calls = call_blocks(barriers);
    c.cuts = g_array_new(FALSE, FALSE, sizeof(struct cut));
    if (every) {
        count_every_block(&c, &instructions, counters);
    } else {
        split_invokes(&c, &instructions);
        count_flow(&c, &instructions, counters);
    }
    if (order->threads && !callers_are_known(order->callers, function))
        counters_claim(&c.counters, function);
    order->n_blocks = c.n_blocks;
    g_hash_table_unref(c.numbers);
    g_hash_table_unref(c.calls);
    g_array_unref(c.cuts);
    g_free(instructions.all);
    counters_clear(&c.counters);
}
