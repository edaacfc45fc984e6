/* Armed blocks in functions of programs: the countdown goes with control wherever that goes. */
#include "passes/instrument.h"

#include "passes/armed.h"
#include "passes/blocks.h"

#include <string.h>

static void free_array(gpointer array)
{
    g_ptr_array_unref(array);
}

static void add_leading(struct injector *in, LLVMBasicBlockRef block, LLVMValueRef value)
{
    GPtrArray *values = g_hash_table_lookup(in->leading, block);

    if (!values) {
        values = g_ptr_array_new();
        g_hash_table_insert(in->leading, block, values);
    }
    g_ptr_array_add(values, value);
}

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

/* Before a call, a return...: what is left is in the global. These stay behind the block's two copies. */
static void store_before(struct injector *in, LLVMValueRef instruction)
{
    LLVMValueRef left, store;

    LLVMPositionBuilderBefore(in->builder, instruction);
    left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");
    store = LLVMBuildStore(in->builder, left, injector_global(in));
    g_hash_table_add(in->tails, left);
    g_hash_table_add(in->tails, store);
}

/* Where control comes back: the countdown is what others left of it. */
static void reload_before(struct injector *in, LLVMValueRef instruction)
{
    LLVMValueRef left, store;

    LLVMPositionBuilderBefore(in->builder, instruction);
    left = LLVMBuildLoad2(in->builder, in->i64, injector_global(in), "");
    store = LLVMBuildStore(in->builder, left, in->countdown);
    g_hash_table_add(in->heads, left);
    g_hash_table_add(in->heads, store);
}

static void reload_at(struct injector *in, LLVMBasicBlockRef block)
{
    LLVMValueRef body = block_body(block);

    if (LLVMGetInstructionOpcode(body) == LLVMLandingPad) {
        g_hash_table_add(in->heads, body);
        body = LLVMGetNextInstruction(body);
    }
    reload_before(in, body);
}

static gboolean is_return_of_musttail(LLVMValueRef terminator)
{
    LLVMValueRef before = LLVMGetPreviousInstruction(terminator);

    return before && LLVMGetInstructionOpcode(before) == LLVMCall &&
           LLVMGetTailCallKind(before) == LLVMTailCallKindMustTail;
}

static void keep_around_calls(struct injector *in)
{
    const struct barriers *barriers = in->barriers;

    for (guint c = 0; c < barriers->calls->len; c++) {
        LLVMValueRef call = barriers->calls->pdata[c];
        LLVMBasicBlockRef after = barriers->after->pdata[c];

        store_before(in, call);
        if (after)
            reload_before(in, LLVMGetFirstInstruction(after));
    }
}

static void keep_at_end(struct injector *in, LLVMBasicBlockRef block, GHashTable *pads)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);

    switch (LLVMGetInstructionOpcode(terminator)) {
    case LLVMRet:
        if (!is_return_of_musttail(terminator))
            store_before(in, terminator);
        break;
    case LLVMResume:
        store_before(in, terminator);
        break;
    case LLVMInvoke:
        store_before(in, terminator);
        g_hash_table_add(pads, LLVMGetUnwindDest(terminator));
        reload_at(in, LLVMGetNormalDest(terminator));
        break;
    default:
        break;
    }
}

static void keep_at_ends(struct injector *in)
{
    g_autoptr(GHashTable) pads = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer pad;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b))
        keep_at_end(in, b, pads);
    g_hash_table_iter_init(&iter, pads);
    while (g_hash_table_iter_next(&iter, &pad, NULL))
        reload_at(in, pad);
}

/* The place behind an invoke that came back must be its own. */
static void split_invoke_edges(struct injector *in)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(terminator) == LLVMInvoke &&
            block_count_predecessors(LLVMGetNormalDest(terminator)) > 1)
            block_split_edge(in->builder, terminator, 0, move_site, in);
    }
}

/* Landing pads stay where control lands. */
static void keep_pads(struct injector *in)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b))
        if (LLVMGetInstructionOpcode(block_body(b)) == LLVMLandingPad)
            g_hash_table_add(in->heads, block_body(b));
}

/* Stack slots that are sites lie in the entry block as well; their addresses are counted behind it. */
static void lead_with_slots(struct injector *in, LLVMBasicBlockRef first)
{
    LLVMBasicBlockRef start = LLVMGetEntryBasicBlock(in->function);
    LLVMValueRef end = LLVMGetBasicBlockTerminator(start), next;

    for (LLVMValueRef i = LLVMGetFirstInstruction(first); LLVMIsAAllocaInst(i); i = next) {
        next = LLVMGetNextInstruction(i);
        if (!LLVMIsConstant(LLVMGetOperand(i, 0)))
            break;
        instruction_move(in->builder, i, start);
        add_leading(in, first, i);
    }
    if (LLVMGetBasicBlockTerminator(start) == end)
        return;
    LLVMInstructionEraseFromParent(end);
    LLVMPositionBuilderAtEnd(in->builder, start);
    LLVMBuildBr(in->builder, first);
}

static void lead_with_results(struct injector *in)
{
    const struct barriers *barriers = in->barriers;

    for (guint c = 0; c < barriers->calls->len; c++) {
        LLVMValueRef call = barriers->calls->pdata[c];

        g_hash_table_add(in->tails, call);
        if (g_hash_table_contains(barriers->deferred, call))
            add_leading(in, barriers->after->pdata[c], call);
    }
}

static void start_countdown(struct injector *in)
{
    LLVMBasicBlockRef start = LLVMGetEntryBasicBlock(in->function);

    in->countdown = injector_slot(in, in->i64, "countdown");
    if (in->shared)
        return;
    LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(start));
    LLVMBuildStore(in->builder, LLVMBuildLoad2(in->builder, in->i64, injector_global(in), ""), in->countdown);
    keep_around_calls(in);
    keep_at_ends(in);
}

/* Keeps mem2reg from the program's own variables: a call that all of them escape to. */
static LLVMValueRef pin_slots(struct injector *in)
{
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), NULL, 0, TRUE);
    LLVMValueRef pin = LLVMGetNamedFunction(in->module, "lltfi_pin");
    g_autoptr(GPtrArray) slots = g_ptr_array_new();

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (LLVMIsAAllocaInst(i) && LLVMGetInstructionParent(i) == LLVMGetEntryBasicBlock(in->function))
                g_ptr_array_add(slots, i);
    if (!pin)
        pin = LLVMAddFunction(in->module, "lltfi_pin", type);
    LLVMPositionBuilderBefore(in->builder, LLVMGetBasicBlockTerminator(LLVMGetEntryBasicBlock(in->function)));
    return LLVMBuildCall2(in->builder, type, pin, (LLVMValueRef *)slots->pdata, slots->len, "");
}

/* All but the entry block, whose slots are counted behind it. */
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

void pass_inject_program(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                         gboolean threads)
{
    struct injector in = { 0 };
    g_autoptr(barriers_t) barriers = NULL;
    LLVMBasicBlockRef first;

    injector_init(&in, function, sites, first_index, first_site);
    in.heads = g_hash_table_new(NULL, NULL);
    in.tails = g_hash_table_new(NULL, NULL);
    in.leading = g_hash_table_new_full(NULL, NULL, NULL, free_array);
    in.barriers = barriers = barriers_isolate(function, sites, first_index);
    in.shared = threads ? injector_global(&in) : NULL;
    injector_declare_runtime(&in);
    first = injector_add_entry(&in);
    lead_with_slots(&in, first);
    lead_with_results(&in);
    split_invoke_edges(&in);
    keep_pads(&in);
    if (!threads)
        pin_slots(&in);
    start_countdown(&in);
    arm_blocks(&in);
    g_hash_table_unref(in.heads);
    g_hash_table_unref(in.tails);
    g_hash_table_unref(in.leading);
    injector_clear(&in);
}

gboolean pass_inject_program_clean(LLVMModuleRef module, GError **error)
{
    LLVMValueRef pin = LLVMGetNamedFunction(module, "lltfi_pin");

    if (!pin)
        return TRUE;
    if (!ir_run_passes(module, "function(mem2reg)", error))
        return FALSE;
    while (LLVMGetFirstUse(pin))
        LLVMInstructionEraseFromParent(LLVMGetUser(LLVMGetFirstUse(pin)));
    LLVMDeleteFunction(pin);
    return TRUE;
}
