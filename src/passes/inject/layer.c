/*
 * Splits blocks that have sites into a check, a plain and an armed copy, as instrument.h shows. The passes for layers,
 * and injector_split, which programs use as well.
 */
#include "passes/instrument.h"

#include "passes/inject/armed.h"
#include "passes/inject/whole.h"
#include "passes/ir/blocks.h"
#include "passes/ir/globals.h"
#include "runtime/shared/inject.h"

#include <string.h>

/* One block that is being split into head, plain, armed and join. Without a join both copies end as the block did. */
struct split {
    LLVMBasicBlockRef head, plain, armed, join;
    GHashTable *clones; /* instruction of the original -> its value in the armed copy */
};

/* The site of an instruction whose armed copy is being made; NULL: it is not a site. In programs the site is noted as
 * being after the next gate. */
static const struct site *armed_site(const struct injector *in, LLVMValueRef instruction, unsigned *number)
{
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(in->sites, instruction));

    if (!found)
        return NULL;
    *number = in->first_site + found - 1;
    if (in->gates)
        gate_note_site(in->gates, *number);
    return &g_array_index(in->list, struct site, found - 1);
}

static gboolean contains(GHashTable *set, gconstpointer member)
{
    return set && g_hash_table_contains(set, member);
}

static int result_register(const struct site *site)
{
    for (int r = 0; r < site->n_registers; r++)
        if (site->registers[r].position == 0)
            return r;
    return -1;
}

/* Passes the struck operands of `clone`, which is to be inserted at the builder's place, through lltfi_inject. */
static void inject_operands(struct injector *in, LLVMValueRef clone, const struct site *site, unsigned number)
{
    for (int r = 0; r < site->n_registers; r++) {
        int position = site->registers[r].position;
        LLVMValueRef value;

        if (position == 0)
            continue;
        value = LLVMGetOperand(clone, (unsigned)position - 1);
        LLVMSetOperand(clone, (unsigned)position - 1,
                       injector_strike(in, value, number, r, site->n_registers, site->registers[r].width));
    }
}

static LLVMValueRef inject_result(struct injector *in, LLVMValueRef value, const struct site *site, unsigned number)
{
    int r = result_register(site);

    return r < 0 ? value : injector_strike(in, value, number, r, site->n_registers, site->registers[r].width);
}

/* The armed copy of the body: every selected instruction through lltfi_inject, in order, then lltfi_step. */
static void build_armed(struct injector *in, struct split *split)
{
    unsigned number;

    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    for (LLVMValueRef phi = LLVMGetFirstInstruction(split->head); phi; phi = LLVMGetNextInstruction(phi)) {
        const struct site *site = armed_site(in, phi, &number);

        if (!site)
            continue;
        g_hash_table_insert(split->clones, phi, inject_result(in, phi, site, number));
        injector_step(in);
    }
    for (LLVMValueRef i = LLVMGetFirstInstruction(split->plain); i && !LLVMIsATerminatorInst(i);
         i = LLVMGetNextInstruction(i)) {
        const struct site *site = armed_site(in, i, &number);
        LLVMValueRef clone = LLVMInstructionClone(i);

        instruction_map_operands(clone, split->clones);
        if (site)
            inject_operands(in, clone, site, number);
        LLVMInsertIntoBuilder(in->builder, clone);
        g_hash_table_insert(split->clones, i, site ? inject_result(in, clone, site, number) : clone);
        if (site)
            injector_step(in);
    }
}

static LLVMValueRef build_join_phi(struct injector *in, const struct split *split, LLVMValueRef plain,
                                   LLVMValueRef armed)
{
    LLVMValueRef values[2] = { plain, armed };
    LLVMBasicBlockRef blocks[2] = { split->plain, split->armed };
    LLVMValueRef first = LLVMGetFirstInstruction(split->join);
    LLVMValueRef phi;

    LLVMPositionBuilderBefore(in->builder, first);
    phi = LLVMBuildPhi(in->builder, LLVMTypeOf(plain), "");
    LLVMAddIncoming(phi, values, blocks, 2);
    return phi;
}

/* Uses of a body's (or struck phi's) value outside the two bodies are replaced by a phi in the join block. Uses in the
 * entry block are the instrumentation's own and stay. */
static void join_value(struct injector *in, const struct split *split, LLVMValueRef value, LLVMValueRef armed)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new();
    LLVMValueRef phi = NULL;

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        g_ptr_array_add(users, LLVMGetUser(use));
    for (guint u = 0; u < users->len; u++) {
        LLVMValueRef user = users->pdata[u];
        LLVMBasicBlockRef block = LLVMGetInstructionParent(user);

        if (block == split->plain || block == split->armed || (block == split->join && LLVMIsAPHINode(user)) ||
            block == LLVMGetEntryBasicBlock(in->function))
            continue;
        if (!phi)
            phi = build_join_phi(in, split, value, armed);
        for (int k = 0; k < LLVMGetNumOperands(user); k++)
            if (LLVMGetOperand(user, (unsigned)k) == value)
                LLVMSetOperand(user, (unsigned)k, phi);
    }
}

static void join_values(struct injector *in, const struct split *split)
{
    LLVMBasicBlockRef blocks[2] = { split->head, split->plain };

    for (int b = 0; b < 2; b++) {
        for (LLVMValueRef i = LLVMGetFirstInstruction(blocks[b]); i; i = LLVMGetNextInstruction(i)) {
            LLVMValueRef armed = g_hash_table_lookup(split->clones, i);

            if (armed && armed != i)
                join_value(in, split, i, armed);
        }
    }
}

/* The instruction after both copies that may have struck operands: a call that is alone in its block, or the
 * terminator. */
static LLVMValueRef tail_of(const struct injector *in, LLVMBasicBlockRef join)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(join); in->barriers && i; i = LLVMGetNextInstruction(i))
        if (LLVMGetInstructionOpcode(i) == LLVMCall && contains(in->tails, i))
            return i;
    return LLVMGetBasicBlockTerminator(join);
}

/* Passes struck operands of the tail through lltfi_inject at the end of the armed copy, and merges them by phis. */
static void join_tail(struct injector *in, const struct split *split)
{
    LLVMValueRef tail = tail_of(in, split->join), held = NULL;
    unsigned number = 0;
    const struct site *site = armed_site(in, tail, &number);

    for (int r = 0; site && r < site->n_registers; r++) {
        int position = site->registers[r].position;
        LLVMValueRef value, armed;

        LLVMPositionBuilderAtEnd(in->builder, split->armed);
        if (position == 0) {
            held = build_join_phi(in, split, LLVMConstNull(in->i64), injector_hold(in, number, r, site->n_registers));
            continue;
        }
        value = LLVMGetOperand(tail, (unsigned)position - 1);
        armed = g_hash_table_lookup(split->clones, value);
        armed = injector_strike(in, armed ? armed : value, number, r, site->n_registers, site->registers[r].width);
        LLVMSetOperand(tail, (unsigned)position - 1, build_join_phi(in, split, value, armed));
    }
    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    if (site)
        injector_step(in);
    if (held)
        injector_release(in, tail, held, number, result_register(site), type_width(LLVMTypeOf(tail)));
    LLVMPositionBuilderAtEnd(in->builder, split->armed);
}

static LLVMBasicBlockRef named_block(struct injector *in, const char *base, const char *suffix)
{
    g_autofree char *name = g_strconcat(base, suffix, NULL);

    return LLVMAppendBasicBlockInContext(ir_context(), in->function, name);
}

/* Whether both copies may end as the block does: there is no tail, and other blocks read values from stack slots. */
static gboolean ends_twice(const struct injector *in, LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        if (contains(in->tails, i))
            return FALSE;
    return in->gates && LLVMGetInstructionOpcode(LLVMGetBasicBlockTerminator(block)) != LLVMInvoke;
}

/* Moves the block's phis to head and its body to plain. The block itself keeps the terminator and other tails, as phis
 * of its successors name it as their predecessor. */
static void take_apart(struct injector *in, LLVMBasicBlockRef block, struct split *split)
{
    g_autofree char *name = g_strdup(LLVMGetBasicBlockName(block));
    LLVMValueRef next;

    split->join = ends_twice(in, block) ? NULL : block;
    split->head = named_block(in, name, ".head");
    split->plain = named_block(in, name, ".plain");
    split->armed = named_block(in, name, ".armed");
    LLVMMoveBasicBlockBefore(split->head, block);
    LLVMMoveBasicBlockBefore(split->plain, block);
    block_redirect(block, split->head);
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i && !(split->join && LLVMIsATerminatorInst(i)); i = next) {
        next = LLVMGetNextInstruction(i);
        if (!contains(in->tails, i))
            instruction_move(in->builder, i, LLVMIsAPHINode(i) ? split->head : split->plain);
    }
    if (!split->join)
        LLVMDeleteBasicBlock(block);
}

/* The check: subtracts the block's size from the countdown. Returns whether the fault is among its instructions. */
static LLVMValueRef check_register(struct injector *in, LLVMValueRef size)
{
    LLVMValueRef before = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "countdown");
    LLVMValueRef left = LLVMBuildSub(in->builder, before, size, "left");
    LLVMValueRef here = LLVMBuildICmp(in->builder, LLVMIntULT, before, size, "here");

    LLVMBuildStore(in->builder, left, in->countdown);
    return here;
}

static void build_gate(struct injector *in, const struct split *split, unsigned n)
{
    struct gate gate = { split->head, split->plain, split->armed, in->countdown, n };

    gate_build(in->gates, in->builder, &gate);
}

static void build_check(struct injector *in, const struct split *split, unsigned n)
{
    LLVMValueRef here;

    LLVMPositionBuilderAtEnd(in->builder, split->head);
    here = check_register(in, LLVMConstInt(in->i64, n, FALSE));
    branch_set_unlikely(LLVMBuildCondBr(in->builder, here, split->armed, split->plain));
}

/* The armed copy counts single instructions, so it begins with the countdown as it was before the block. */
static void rewind_countdown(struct injector *in, const struct split *split, unsigned n)
{
    LLVMValueRef left;

    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");
    LLVMBuildStore(in->builder, LLVMBuildAdd(in->builder, left, LLVMConstInt(in->i64, n, FALSE), "countdown"),
                   in->countdown);
}

static void end_in_join(struct injector *in, struct split *split)
{
    join_tail(in, split);
    if (in->gates)
        injector_settle(in);
    LLVMBuildBr(in->builder, split->join);
    join_values(in, split);
    LLVMPositionBuilderAtEnd(in->builder, split->plain);
    LLVMBuildBr(in->builder, split->join);
}

static void end_apart(struct injector *in, const struct split *split)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(split->plain), clone = LLVMInstructionClone(end);
    unsigned number;
    const struct site *site = armed_site(in, end, &number);

    instruction_map_operands(clone, split->clones);
    if (site) {
        inject_operands(in, clone, site, number);
        injector_step(in);
    }
    injector_settle(in);
    LLVMInsertIntoBuilder(in->builder, clone);
}

void injector_split(struct injector *in, LLVMBasicBlockRef block)
{
    struct split split = { .clones = g_hash_table_new(NULL, NULL) };
    unsigned n = injector_count_sites(in, block);

    take_apart(in, block, &split);
    if (!in->gates)
        rewind_countdown(in, &split, n);
    build_armed(in, &split);
    if (split.join)
        end_in_join(in, &split);
    else
        end_apart(in, &split);
    (in->gates ? build_gate : build_check)(in, &split, n);
    g_hash_table_unref(split.clones);
}

/* Loads the real countdown on entry to the grain loop; before that it is NEVER. */
static void start_countdown_at(struct injector *in, const struct loop *loop, LLVMValueRef global)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        for (unsigned s = 0; !loop_contains(loop, b) && s < LLVMGetNumSuccessors(terminator); s++) {
            if (LLVMGetSuccessor(terminator, s) != loop->header)
                continue;
            LLVMPositionBuilderBefore(in->builder, terminator);
            LLVMBuildStore(in->builder, LLVMBuildLoad2(in->builder, in->i64, global, ""), in->countdown);
            break;
        }
    }
}

static void keep_countdown_in_register(struct injector *in, const struct loop *grain_loop)
{
    LLVMValueRef global = module_global(in->module, "lltfi_countdown", in->i64);
    LLVMValueRef never = LLVMConstInt(in->i64, NEVER, FALSE);

    in->countdown = injector_slot(in, in->i64, "countdown");
    LLVMPositionBuilderBefore(in->builder, LLVMGetNextInstruction(in->countdown));
    LLVMBuildStore(in->builder, grain_loop ? never : LLVMBuildLoad2(in->builder, in->i64, global, ""), in->countdown);
    if (grain_loop)
        start_countdown_at(in, grain_loop, global);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(in->function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(terminator) != LLVMRet)
            continue;
        LLVMPositionBuilderBefore(in->builder, terminator);
        LLVMBuildStore(in->builder, LLVMBuildLoad2(in->builder, in->i64, in->countdown, ""), global);
    }
}

void pass_inject(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site)
{
    pass_inject_grain(function, sites, first_index, first_site, NULL);
}

void pass_inject_grain(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                       const struct loop *grain_loop)
{
    g_autoptr(GPtrArray) blocks = g_ptr_array_new();
    struct injector in = { 0 };

    injector_init(&in, function, sites, first_index, first_site);
    injector_declare_runtime(&in);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (injector_count_sites(&in, b) > 0)
            g_ptr_array_add(blocks, b);
    injector_add_entry(&in);
    keep_countdown_in_register(&in, grain_loop);
    if (!grain_loop) /* outside the grain loop the countdown is NEVER, inside it is short: copies would not pay */
        inject_whole_loops(function, in.countdown, in.sites);
    for (guint b = 0; b < blocks->len; b++)
        injector_split(&in, blocks->pdata[b]);
    injector_clear(&in);
}
