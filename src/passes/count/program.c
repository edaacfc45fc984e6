/*
 * Counting the blocks of a program's functions: in memory, so that counters are correct however the program ends.
 *
 * If no signal handler can run in between (count_order.every_block is FALSE), only some edges are counted (spanning.h),
 * and those in loops that control leaves only through their exits are counted in registers.
 */
#include "passes/count/parts.h"

#include "passes/count/terms.h"
#include "passes/inject/demote.h"
#include "passes/ir/blocks.h"

static void count_block(struct counter *c, LLVMBasicBlockRef block)
{
    struct spanning_term term = { c->n_blocks, c->order->next_counter++, 1 };

    if (c->order->terms)
        g_array_append_val(c->order->terms, term);
    counters_add(&c->counters, count_place_in(block), term.counter, LLVMConstInt(c->counters.i64, 1, FALSE));
}

static void number_block(struct counter *c, LLVMBasicBlockRef block)
{
    g_hash_table_insert(c->numbers, block, GUINT_TO_POINTER(++c->n_blocks));
}

/* Blocks of calls use the counter of the block before them, which always leads to them. */
static GHashTable *call_blocks(const struct barriers *barriers)
{
    GHashTable *blocks = g_hash_table_new(NULL, NULL);

    for (guint c = 0; c < barriers->calls->len; c++)
        g_hash_table_insert(blocks, LLVMGetInstructionParent(barriers->calls->pdata[c]), GUINT_TO_POINTER(c + 1));
    return blocks;
}

/* The function's instructions as they were numbered; entries are updated when a phi is replaced. */
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

/* The block that counts an instruction: for a call, the block before the call's. */
static LLVMBasicBlockRef block_of_call(const struct counter *c, LLVMValueRef instruction)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction);
    guint call = GPOINTER_TO_UINT(g_hash_table_lookup(c->calls, block));

    return call ? c->barriers->before->pdata[call - 1] : block;
}

/* Records the calls of functions whose callers are all known: their sum is the number of the function's entries. */
static void find_entries(const struct counter *c, const struct instructions *instructions)
{
    const struct callers *callers = c->order->callers;
    unsigned own = callers_number(callers, c->function);

    for (size_t i = 0; callers && i < instructions->n; i++) {
        unsigned number = callers_number_of_call(callers, instructions->all[i]);
        LLVMBasicBlockRef block = number > 0 ? block_of_call(c, instructions->all[i]) : NULL;
        struct entry entry = { .counter = number - 1 };

        if (!block)
            continue;
        entry.block = GPOINTER_TO_UINT(g_hash_table_lookup(c->numbers, block)) - 1;
        g_array_append_val(c->order->entries, entry);
        if (number <= own)
            g_hash_table_add(c->upwards, block);
    }
}

static void number_instructions(const struct counter *c, const struct instructions *instructions, unsigned *counters)
{
    for (size_t i = 0; i < instructions->n; i++) {
        LLVMValueRef instruction = instructions->all[i];
        LLVMBasicBlockRef block = block_of_call(c, instruction);

        if (g_hash_table_contains(c->barriers->deferred, instruction))
            block =
                c->barriers->after
                    ->pdata[GPOINTER_TO_UINT(g_hash_table_lookup(c->calls, LLVMGetInstructionParent(instruction))) - 1];
        counters[i] = GPOINTER_TO_UINT(g_hash_table_lookup(c->numbers, block)) - 1;
    }
    find_entries(c, instructions);
}

/* Gives the normal return of each invoke a block of its own, in which only returns of this invoke are counted. */
static void split_invokes(const struct counter *c, struct instructions *instructions)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke &&
            block_count_predecessors(LLVMGetNormalDest(terminator)) > 1)
            block_split_edge(c->counters.builder, terminator, 0, replace, instructions);
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
    g_autoptr(GPtrArray) loops = NULL;
    g_autoptr(frequency_t) frequency = NULL;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b))
        if (!g_hash_table_contains(c->calls, b))
            number_block(c, b);
    number_instructions(c, instructions, counters);
    function_pin(c->function);
    c->loops = loops = function_loops(c->function);
    c->frequency = frequency = frequency_new(c->function, loops);
    count_build_flow(c, flow);
    c->order->next_counter += spanning_choose(flow, c->order->next_counter);
    spanning_solve(flow, c->numbers, c->order->terms);
    count_add_edges(c, flow);
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
                         .upwards = g_hash_table_new(NULL, NULL),
                         .n_blocks = order->n_blocks };
    struct instructions instructions;
    g_autoptr(barriers_t) barriers = NULL;

    counters_init(&c.counters, LLVMGetGlobalParent(function), order->threads);
    instructions.all = function_instructions(function, &instructions.n);
    c.barriers = barriers =
        barriers_isolate_for(function, sites, first_index, every ? NULL : order->calls, CALL_LEAVES);
    c.calls = call_blocks(barriers);
    if (every) {
        count_every_block(&c, &instructions, counters);
    } else {
        split_invokes(&c, &instructions);
        count_flow(&c, &instructions, counters);
    }
    if (order->threads && callers_number(order->callers, function) == 0)
        counters_claim(&c.counters, function);
    order->n_blocks = c.n_blocks;
    g_hash_table_unref(c.numbers);
    g_hash_table_unref(c.upwards);
    g_hash_table_unref(c.calls);
    g_free(instructions.all);
    counters_clear(&c.counters);
}
