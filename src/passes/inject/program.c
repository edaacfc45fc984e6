/* Adds gates and armed copies of blocks to functions of programs. Blocks are split at calls, which count for
 * themselves. */
#include "passes/instrument.h"

#include "passes/inject/armed.h"
#include "passes/inject/demote.h"
#include "passes/inject/straighten.h"
#include "passes/ir/blocks.h"

#include <string.h>

/* A function that is being instrumented. */
struct gated {
    struct injector *in;
    LLVMBasicBlockRef first; /* the block that was the entry */
    GPtrArray *slots;        /* allocas of the entry block that are sites */
};

/* Called when a site's instruction was replaced. */
static void move_site(LLVMValueRef from, LLVMValueRef to, void *data)
{
    struct injector *in = data;
    gpointer number = g_hash_table_lookup(in->sites, from);

    if (!number)
        return;
    g_hash_table_remove(in->sites, from);
    g_hash_table_insert(in->sites, to, number);
}

/* Makes each invoke return to a block of its own, and puts each landing pad alone before a branch. */
static void isolate_invokes(struct injector *in)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef body = block_body(b), terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(body) == LLVMLandingPad)
            block_split_before(in->builder, LLVMGetNextInstruction(body));
        if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke)
            block_split_edge(in->builder, terminator, 0, move_site, in);
    }
}

/* Moves stack slots that are sites to the entry block as well; their addresses are counted in the block after it. */
static void lead_with_slots(struct gated *gated)
{
    struct injector *in = gated->in;
    LLVMBasicBlockRef start = LLVMGetEntryBasicBlock(in->function);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(start), next;

    for (LLVMValueRef i = LLVMGetFirstInstruction(gated->first); LLVMIsAAllocaInst(i); i = next) {
        next = LLVMGetNextInstruction(i);
        if (!LLVMIsConstant(LLVMGetOperand(i, 0)))
            break;
        instruction_move(in->builder, i, start);
        g_ptr_array_add(gated->slots, i);
    }
    if (gated->slots->len == 0)
        return;
    LLVMInstructionEraseFromParent(end);
    LLVMPositionBuilderAtEnd(in->builder, start);
    LLVMBuildBr(in->builder, gated->first);
}

/* Finds calls and what follows them in their blocks. */
static void find_tails(struct injector *in)
{
    for (guint c = 0; c < in->barriers->calls->len; c++)
        for (LLVMValueRef i = in->barriers->calls->pdata[c]; i && !LLVMIsATerminatorInst(i);
             i = LLVMGetNextInstruction(i))
            g_hash_table_add(in->tails, i);
}

/* Removes lifetime markers: a fault may make an armed copy use other addresses than those of the stack slots, so their
 * lifetimes are unknown. */
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

/* Counts a value at a block's beginning though it was computed before: a load from its slot becomes the site, and its
 * result is stored back to the slot for later uses. */
static void count_at(const struct injector *in, GHashTable *sites, LLVMValueRef value, LLVMValueRef slot,
                     LLVMValueRef before)
{
    LLVMValueRef carrier;

    LLVMPositionBuilderBefore(in->builder, before);
    carrier = LLVMBuildLoad2(in->builder, LLVMTypeOf(value), slot, LLVMGetValueName(value));
    LLVMBuildStore(in->builder, carrier, slot);
    g_hash_table_insert(sites, carrier, g_hash_table_lookup(in->sites, value));
}

/* All loads are added before the block's first instruction is determined, as a slot may be used right there. */
static void count_slots(const struct gated *gated, GHashTable *sites)
{
    const struct injector *in = gated->in;
    g_autofree LLVMValueRef *slots = g_new(LLVMValueRef, gated->slots->len + 1);
    LLVMValueRef before;

    for (guint s = 0; s < gated->slots->len; s++) {
        LLVMValueRef value = gated->slots->pdata[s];

        slots[s] = function_slot(in->function, LLVMTypeOf(value), "address");
        value_load_uses(value, slots[s]);
        LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(LLVMGetEntryBasicBlock(in->function)));
        LLVMBuildStore(in->builder, value, slots[s]);
    }
    before = LLVMGetFirstInstruction(gated->first);
    for (guint s = 0; s < gated->slots->len; s++)
        count_at(in, sites, gated->slots->pdata[s], slots[s], before);
}

static void count_results(const struct injector *in, GHashTable *sites, GHashTable *slots)
{
    const struct barriers *barriers = in->barriers;

    for (guint c = 0; c < barriers->calls->len; c++) {
        LLVMValueRef call = barriers->calls->pdata[c], slot = g_hash_table_lookup(slots, call);

        if (g_hash_table_contains(barriers->deferred, call) && slot)
            count_at(in, sites, call, slot, LLVMGetFirstInstruction(barriers->after->pdata[c]));
    }
}

/* Gives results that are counted after their call a slot, even if they are not used. */
static void keep_results(struct injector *in, GHashTable *slots)
{
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

/* The sites by the instructions that carry them after these changes. */
static GHashTable *carry_sites(const struct gated *gated, GHashTable *slots)
{
    const struct injector *in = gated->in;
    GHashTable *sites = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer instruction, number;

    g_hash_table_iter_init(&iter, in->sites);
    while (g_hash_table_iter_next(&iter, &instruction, &number))
        if (!g_hash_table_contains(in->barriers->deferred, instruction) &&
            !g_ptr_array_find(gated->slots, instruction, NULL))
            g_hash_table_insert(sites, instruction, number);
    count_results(in, sites, slots);
    count_slots(gated, sites);
    return sites;
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

static void make_gates(struct gated *gated)
{
    struct injector *in = gated->in;
    g_autoptr(GHashTable) slots = function_demote(in->function, move_site, in);
    GHashTable *sites;

    keep_results(in, slots);
    find_tails(in);
    sites = carry_sites(gated, slots);
    g_hash_table_unref(in->sites);
    in->sites = sites;
    function_straighten(in);
    arm_blocks(in);
}

/* Marks the function as profiled, so that LLVM trusts the branch weights: code generation then does not move code of
 * armed copies into the plain path. */
static void mark_profiled(LLVMValueRef function)
{
    static const char name[] = "function_entry_count", kind[] = "prof";
    LLVMTypeRef i64 = LLVMInt64TypeInContext(ir_context());
    LLVMMetadataRef parts[2] = { LLVMMDStringInContext2(ir_context(), name, strlen(name)),
                                 LLVMValueAsMetadata(LLVMConstInt(i64, 1000, FALSE)) };

    LLVMGlobalSetMetadata(function, LLVMGetMDKindIDInContext(ir_context(), kind, strlen(kind)),
                          LLVMMDNodeInContext2(ir_context(), parts, 2));
}

void pass_inject_program(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                         const struct calls *calls, struct gate_order *gates)
{
    struct injector in = { .gates = gates };
    struct gated gated = { .in = &in, .slots = g_ptr_array_new() };
    g_autoptr(barriers_t) barriers = NULL;

    injector_init(&in, function, sites, first_index, first_site);
    in.tails = g_hash_table_new(NULL, NULL);
    in.barriers = barriers = barriers_isolate_for(function, sites, first_index, calls, CALL_COUNTS | CALL_LEAVES);
    injector_declare_runtime(&in);
    gated.first = injector_add_entry(&in);
    lead_with_slots(&gated);
    forget_lifetimes(function);
    function_pin(function);
    in.countdown = injector_slot(&in, in.i64, "countdown");
    isolate_invokes(&in);
    make_gates(&gated);
    mark_profiled(function);
    g_hash_table_unref(in.tails);
    g_ptr_array_unref(gated.slots);
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
