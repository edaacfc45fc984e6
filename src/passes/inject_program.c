/*
 * Armed blocks in functions of programs: the countdown goes with control wherever that goes.
 *
 * A function is there twice. The far copy is as it was, with a check for each region (regions.h); when the fault comes
 * near, control goes on in the near copy, whose blocks are armed one by one, and stays there until the function ends.
 */
#include "passes/instrument.h"

#include "passes/armed.h"
#include "passes/blocks.h"
#include "passes/demote.h"
#include "passes/regions.h"
#include "passes/twin.h"

#include <string.h>

/* A function on its way. */
struct far {
    struct injector *in;
    LLVMBasicBlockRef first; /* what was the entry block */
    GPtrArray *slots;        /* allocas in the entry block that are sites */
    GHashTable *heads;       /* set of blocks that begin where the countdown may have changed */
    GHashTable *near;        /* set of blocks of the near copy */
    GHashTable *twins;       /* far block or instruction -> near one; NULL: there is only the near copy */
};

/* A site's instruction that was replaced. */
static void move_site(LLVMValueRef from, LLVMValueRef to, void *data)
{
    struct injector *in = data;
    gpointer number = g_hash_table_lookup(in->sites, from);

    if (!number)
        return;
    g_hash_table_remove(in->sites, from);
    g_hash_table_insert(in->sites, to, number);
}

/* Before a call, a return...: what is left is in the global. */
static void store_before(struct injector *in, LLVMValueRef instruction)
{
    LLVMValueRef left, store;

    LLVMPositionBuilderBefore(in->builder, instruction);
    left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");
    store = LLVMBuildStore(in->builder, left, injector_global(in));
    g_hash_table_add(in->tails, left);
    g_hash_table_add(in->tails, store);
}

/* Where control comes back, at a block's end: the countdown is what others left of it. */
static void reload_at_end(struct far *far, LLVMBasicBlockRef block)
{
    struct injector *in = far->in;
    LLVMValueRef left, store;

    g_hash_table_add(far->heads, LLVMGetSuccessor(LLVMGetBasicBlockTerminator(block), 0));
    if (in->shared)
        return;
    LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(block));
    left = LLVMBuildLoad2(in->builder, in->i64, injector_global(in), "");
    store = LLVMBuildStore(in->builder, left, in->countdown);
    g_hash_table_add(in->tails, left);
    g_hash_table_add(in->tails, store);
}

static gboolean is_return_of_musttail(LLVMValueRef terminator)
{
    LLVMValueRef before = LLVMGetPreviousInstruction(terminator);

    return before && LLVMGetInstructionOpcode(before) == LLVMCall &&
           LLVMGetTailCallKind(before) == LLVMTailCallKindMustTail;
}

static void keep_around_calls(struct far *far)
{
    const struct barriers *barriers = far->in->barriers;

    for (guint c = 0; c < barriers->calls->len; c++) {
        LLVMValueRef call = barriers->calls->pdata[c];

        g_hash_table_add(far->in->tails, call);
        if (!far->in->shared)
            store_before(far->in, call);
        if (barriers->after->pdata[c])
            reload_at_end(far, LLVMGetInstructionParent(call));
    }
}

static void keep_at_end(struct far *far, LLVMBasicBlockRef block)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);

    switch (LLVMGetInstructionOpcode(terminator)) {
    case LLVMInvoke:
        reload_at_end(far, LLVMGetNormalDest(terminator));
        break;
    case LLVMRet:
        if (is_return_of_musttail(terminator))
            return;
        break;
    case LLVMResume:
        break;
    default:
        return;
    }
    if (!far->in->shared)
        store_before(far->in, terminator);
}

/* An invoke comes back to a block of its own, and lands in one. */
static void isolate_invokes(struct far *far)
{
    struct injector *in = far->in;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef body = block_body(b), terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(body) == LLVMLandingPad) {
            LLVMBasicBlockRef pad = block_split_before(in->builder, LLVMGetNextInstruction(body));

            reload_at_end(far, pad);
        }
        if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke)
            block_split_edge(in->builder, terminator, 0, move_site, in);
    }
}

/* Stack slots that are sites lie in the entry block as well; their addresses are counted behind it. */
static void lead_with_slots(struct far *far)
{
    struct injector *in = far->in;
    LLVMBasicBlockRef start = LLVMGetEntryBasicBlock(in->function);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(start), next;

    for (LLVMValueRef i = LLVMGetFirstInstruction(far->first); LLVMIsAAllocaInst(i); i = next) {
        next = LLVMGetNextInstruction(i);
        if (!LLVMIsConstant(LLVMGetOperand(i, 0)))
            break;
        instruction_move(in->builder, i, start);
        g_ptr_array_add(far->slots, i);
    }
    if (far->slots->len == 0)
        return;
    LLVMInstructionEraseFromParent(end);
    LLVMPositionBuilderAtEnd(in->builder, start);
    LLVMBuildBr(in->builder, far->first);
}

static void start_countdown(struct far *far)
{
    struct injector *in = far->in;
    LLVMBasicBlockRef start = LLVMGetEntryBasicBlock(in->function);

    in->countdown = injector_slot(in, in->i64, "countdown");
    g_hash_table_add(far->heads, far->first);
    if (!in->shared) {
        LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(start));
        LLVMBuildStore(in->builder, LLVMBuildLoad2(in->builder, in->i64, injector_global(in), ""), in->countdown);
    }
    isolate_invokes(far);
    keep_around_calls(far);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b))
        keep_at_end(far, b);
}

/* What stands behind a call in its block. */
static void keep_behind_calls(struct injector *in)
{
    for (guint c = 0; c < in->barriers->calls->len; c++)
        for (LLVMValueRef i = LLVMGetNextInstruction(in->barriers->calls->pdata[c]); i && !LLVMIsATerminatorInst(i);
             i = LLVMGetNextInstruction(i))
            g_hash_table_add(in->tails, i);
}

/* The near copy may have other addresses than the stack slots': their life has no end that can be seen. */
static void forget_lifetimes(LLVMValueRef function)
{
    LLVMValueRef next;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = next) {
            next = LLVMGetNextInstruction(i);
            if (LLVMIsACallInst(i) && g_str_has_prefix(LLVMGetValueName(LLVMGetCalledValue(i)), "llvm.lifetime."))
                LLVMInstructionEraseFromParent(i);
        }
}

/* Labels whose address is taken can't be there twice. */
static gboolean can_be_twice(const struct injector *in)
{
    if (in->shared)
        return FALSE;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(b)); use; use = LLVMGetNextUse(use))
            if (LLVMIsABlockAddress(LLVMGetUser(use)))
                return FALSE;
    return TRUE;
}

static LLVMValueRef near_value(const struct far *far, LLVMValueRef value)
{
    return far->twins ? g_hash_table_lookup(far->twins, value) : value;
}

static LLVMBasicBlockRef near_block(const struct far *far, LLVMBasicBlockRef block)
{
    return far->twins ? twin_block(far->twins, block) : block;
}

static void copy_set(const struct far *far, GHashTable *set)
{
    GHashTableIter iter;
    gpointer member;
    g_autoptr(GPtrArray) more = g_ptr_array_new();

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &member, NULL))
        g_ptr_array_add(more, near_value(far, member));
    for (guint m = 0; m < more->len; m++)
        if (more->pdata[m])
            g_hash_table_add(set, more->pdata[m]);
}

/* A value that is counted at a near block's beginning, though computed before it: it is read there from its slot, as a
 * site of its own, and written back for those behind it. */
static void count_at(struct far *far, GHashTable *sites, LLVMValueRef value, LLVMValueRef slot, LLVMBasicBlockRef block,
                     LLVMValueRef before)
{
    struct injector *in = far->in;
    LLVMValueRef carrier;

    g_hash_table_add(far->near, block);
    LLVMPositionBuilderBefore(in->builder, before);
    carrier = LLVMBuildLoad2(in->builder, LLVMTypeOf(value), slot, LLVMGetValueName(value));
    LLVMBuildStore(in->builder, carrier, slot);
    g_hash_table_insert(sites, carrier, g_hash_table_lookup(in->sites, value));
}

/* Each has its loads before the block's beginning is looked for: a slot may be used right there. */
static void count_slots(struct far *far, GHashTable *sites)
{
    struct injector *in = far->in;
    LLVMBasicBlockRef block = near_block(far, far->first);
    g_autofree LLVMValueRef *slots = g_new(LLVMValueRef, far->slots->len + 1);
    LLVMValueRef before;

    for (guint s = 0; s < far->slots->len; s++) {
        LLVMValueRef value = far->slots->pdata[s];

        slots[s] = function_slot(in->function, LLVMTypeOf(value), "address");
        value_load_uses(value, slots[s], far->near);
        LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(LLVMGetEntryBasicBlock(in->function)));
        LLVMBuildStore(in->builder, value, slots[s]);
    }
    before = LLVMGetFirstInstruction(block);
    for (guint s = 0; s < far->slots->len; s++)
        count_at(far, sites, far->slots->pdata[s], slots[s], block, before);
}

static void count_results(struct far *far, GHashTable *sites, GHashTable *slots)
{
    const struct barriers *barriers = far->in->barriers;

    for (guint c = 0; c < barriers->calls->len; c++) {
        LLVMValueRef call = barriers->calls->pdata[c], slot = g_hash_table_lookup(slots, call);
        LLVMBasicBlockRef after;

        if (!g_hash_table_contains(barriers->deferred, call) || !slot)
            continue;
        after = near_block(far, barriers->after->pdata[c]);
        count_at(far, sites, call, slot, after, LLVMGetFirstInstruction(after));
    }
}

/* Results that are counted behind their call are in a slot, used or not. */
static void keep_results(struct far *far, GHashTable *slots)
{
    struct injector *in = far->in;
    GHashTableIter iter;
    gpointer call;

    g_hash_table_iter_init(&iter, in->barriers->deferred);
    while (g_hash_table_iter_next(&iter, &call, NULL)) {
        LLVMValueRef slot;

        if (g_hash_table_contains(slots, call))
            continue;
        slot = function_slot(in->function, LLVMTypeOf(call), "result");
        LLVMPositionBuilderBefore(in->builder, LLVMGetNextInstruction(call));
        LLVMBuildStore(in->builder, call, slot);
        g_hash_table_insert(slots, call, slot);
    }
}

/* The sites of the near copy, by its own instructions. */
static GHashTable *near_sites(struct far *far, GHashTable *slots)
{
    struct injector *in = far->in;
    GHashTable *sites = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer instruction, number;

    g_hash_table_iter_init(&iter, in->sites);
    while (g_hash_table_iter_next(&iter, &instruction, &number))
        if (!g_hash_table_contains(in->barriers->deferred, instruction) &&
            !g_ptr_array_find(far->slots, instruction, NULL))
            g_hash_table_insert(sites, near_value(far, instruction), number);
    count_results(far, sites, slots);
    count_slots(far, sites);
    return sites;
}

/* Selected instructions that are counted in each far block. */
static GHashTable *far_weights(const struct far *far)
{
    GHashTable *weights = g_hash_table_new(NULL, NULL);

    for (LLVMBasicBlockRef b = far->first; b; b = LLVMGetNextBasicBlock(b)) {
        LLVMBasicBlockRef near = near_block(far, b);

        if (near)
            g_hash_table_insert(weights, b, GUINT_TO_POINTER(injector_count_sites(far->in, near)));
    }
    return weights;
}

static void check_regions(const struct far *far)
{
    g_autoptr(GHashTable) weights = far_weights(far);
    struct region_order order = { far->in, far->first, weights, far->heads, far->twins };

    function_check_regions(&order);
}

static void arm_blocks(struct injector *in)
{
    g_autoptr(GPtrArray) blocks = g_ptr_array_new();

    for (LLVMBasicBlockRef b = LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(in->function)); b;
         b = LLVMGetNextBasicBlock(b))
        if (injector_count_sites(in, b) > 0)
            g_ptr_array_add(blocks, b);
    for (guint b = 0; b < blocks->len; b++)
        injector_split(in, blocks->pdata[b]);
}

static void find_near(struct far *far, LLVMBasicBlockRef last)
{
    LLVMBasicBlockRef b =
        far->twins ? LLVMGetNextBasicBlock(last) : LLVMGetNextBasicBlock(LLVMGetEntryBasicBlock(far->in->function));

    for (; b; b = LLVMGetNextBasicBlock(b))
        g_hash_table_add(far->near, b);
}

/* Both copies, with their sites, and the checks that lead from one to the other. */
static void make_copies(struct far *far)
{
    struct injector *in = far->in;
    g_autoptr(GHashTable) slots = function_demote(in->function, move_site, in);
    LLVMBasicBlockRef last;
    GHashTable *sites;

    keep_results(far, slots);
    keep_behind_calls(in);
    last = LLVMGetLastBasicBlock(in->function);
    far->twins = can_be_twice(in) ? function_twin(in->function) : NULL;
    find_near(far, last);
    in->asks = !far->twins && !in->shared;
    if (far->twins)
        copy_set(far, in->tails);
    sites = near_sites(far, slots);
    g_hash_table_unref(in->sites);
    in->sites = sites;
    if (far->twins)
        check_regions(far);
    arm_blocks(in);
}

void pass_inject_program(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                         const struct calls *calls, gboolean threads)
{
    struct injector in = { 0 };
    struct far far = { .in = &in,
                       .slots = g_ptr_array_new(),
                       .heads = g_hash_table_new(NULL, NULL),
                       .near = g_hash_table_new(NULL, NULL) };
    g_autoptr(barriers_t) barriers = NULL;

    injector_init(&in, function, sites, first_index, first_site);
    in.tails = g_hash_table_new(NULL, NULL);
    in.barriers = barriers = barriers_isolate_for(function, sites, first_index, calls, CALL_COUNTS | CALL_LEAVES);
    in.shared = threads ? injector_global(&in) : NULL;
    injector_declare_runtime(&in);
    far.first = injector_add_entry(&in);
    lead_with_slots(&far);
    forget_lifetimes(function);
    function_pin(function);
    start_countdown(&far);
    make_copies(&far);
    g_hash_table_unref(in.tails);
    g_ptr_array_unref(far.slots);
    g_hash_table_unref(far.heads);
    g_hash_table_unref(far.near);
    g_clear_pointer(&far.twins, g_hash_table_unref);
    injector_clear(&in);
}

gboolean pass_inject_program_clean(LLVMModuleRef module, GError **error)
{
    LLVMValueRef pin = LLVMGetNamedFunction(module, PIN_SYMBOL);

    if (!pin)
        return TRUE;
    if (!ir_run_passes(module, "function(mem2reg)", error))
        return FALSE;
    while (LLVMGetFirstUse(pin))
        LLVMInstructionEraseFromParent(LLVMGetUser(LLVMGetFirstUse(pin)));
    LLVMDeleteFunction(pin);
    return TRUE;
}
