/* The armed-block transformation that instrument.h shows. */
#include "passes/instrument.h"

#include "passes/whole.h"
#include "runtime/inject.h"

#include <string.h>

struct injector {
    LLVMModuleRef module;
    LLVMValueRef function;
    LLVMBuilderRef builder;
    LLVMTypeRef i32, i64, pointer;
    LLVMValueRef countdown; /* the stack slot that becomes the register */
    LLVMValueRef inject, step;
    LLVMTypeRef inject_type, step_type;
    GHashTable *sites; /* instruction -> its number in `list` + 1 */
    const GArray *list;
    unsigned first_site;
};

/* One block on its way into head, plain, armed and join. */
struct split {
    LLVMBasicBlockRef head, plain, armed, join;
    GHashTable *clones; /* instruction of the original -> its value in the armed copy */
};

static const struct site *site_of(const struct injector *in, LLVMValueRef instruction, unsigned *number)
{
    guint found = GPOINTER_TO_UINT(g_hash_table_lookup(in->sites, instruction));

    if (!found)
        return NULL;
    *number = in->first_site + found - 1;
    return &g_array_index(in->list, struct site, found - 1);
}

static unsigned count_sites(const struct injector *in, LLVMBasicBlockRef block)
{
    unsigned n = 0;

    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        n += g_hash_table_contains(in->sites, i);
    return n;
}

/* A stack slot in the entry block. Slots of single values are where lltfi_inject changes them. */
static LLVMValueRef entry_alloca(struct injector *in, LLVMTypeRef type, const char *name)
{
    LLVMBuilderRef at = LLVMCreateBuilderInContext(ir_context());
    LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(in->function);
    LLVMValueRef slot;

    LLVMPositionBuilderBefore(at, LLVMGetFirstInstruction(entry));
    slot = LLVMBuildAlloca(at, type, name);
    LLVMDisposeBuilder(at);
    return slot;
}

static LLVMValueRef build_inject(struct injector *in, LLVMValueRef value, unsigned number, int reg_index,
                                 int n_registers, unsigned width)
{
    LLVMValueRef slot = entry_alloca(in, LLVMTypeOf(value), "struck");
    LLVMValueRef arguments[6] = {
        LLVMBuildLoad2(in->builder, in->i64, in->countdown, ""),
        LLVMConstInt(in->i32, number, FALSE),
        LLVMConstInt(in->i32, (unsigned)reg_index, FALSE),
        LLVMConstInt(in->i32, (unsigned)n_registers, FALSE),
        slot,
        LLVMConstInt(in->i32, width, FALSE),
    };

    LLVMBuildStore(in->builder, value, slot);
    LLVMBuildCall2(in->builder, in->inject_type, in->inject, arguments, 6, "");
    return LLVMBuildLoad2(in->builder, LLVMTypeOf(value), slot, "faulty");
}

static void build_step(struct injector *in)
{
    LLVMValueRef left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");

    LLVMBuildStore(in->builder, LLVMBuildCall2(in->builder, in->step_type, in->step, &left, 1, ""), in->countdown);
}

static int result_register(const struct site *site)
{
    for (int r = 0; r < site->n_registers; r++)
        if (site->registers[r].position == 0)
            return r;
    return -1;
}

/* Passes the struck operands of `clone`, which stands before the builder's place, through lltfi_inject. */
static void inject_operands(struct injector *in, LLVMValueRef clone, const struct site *site, unsigned number)
{
    for (int r = 0; r < site->n_registers; r++) {
        int position = site->registers[r].position;
        LLVMValueRef value;

        if (position == 0)
            continue;
        value = LLVMGetOperand(clone, (unsigned)position - 1);
        LLVMSetOperand(clone, (unsigned)position - 1,
                       build_inject(in, value, number, r, site->n_registers, site->registers[r].width));
    }
}

static LLVMValueRef inject_result(struct injector *in, LLVMValueRef value, const struct site *site, unsigned number)
{
    int r = result_register(site);

    return r < 0 ? value : build_inject(in, value, number, r, site->n_registers, site->registers[r].width);
}

static void remap_operands(GHashTable *clones, LLVMValueRef clone)
{
    for (int k = 0; k < LLVMGetNumOperands(clone); k++) {
        LLVMValueRef mapped = g_hash_table_lookup(clones, LLVMGetOperand(clone, (unsigned)k));

        if (mapped)
            LLVMSetOperand(clone, (unsigned)k, mapped);
    }
}

/* The armed copy of the body: every selected instruction through lltfi_inject, in order, then lltfi_step. */
static void build_armed(struct injector *in, struct split *split)
{
    unsigned number;

    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    for (LLVMValueRef phi = LLVMGetFirstInstruction(split->head); phi; phi = LLVMGetNextInstruction(phi)) {
        const struct site *site = site_of(in, phi, &number);

        if (!site)
            continue;
        g_hash_table_insert(split->clones, phi, inject_result(in, phi, site, number));
        build_step(in);
    }
    for (LLVMValueRef i = LLVMGetFirstInstruction(split->plain); i; i = LLVMGetNextInstruction(i)) {
        const struct site *site = site_of(in, i, &number);
        LLVMValueRef clone = LLVMInstructionClone(i);

        remap_operands(split->clones, clone);
        if (site)
            inject_operands(in, clone, site, number);
        LLVMInsertIntoBuilder(in->builder, clone);
        g_hash_table_insert(split->clones, i, site ? inject_result(in, clone, site, number) : clone);
        if (site)
            build_step(in);
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

/* Uses of a body's (or struck phi's) value outside the two bodies take it from a phi in the join block. */
static void join_value(struct injector *in, const struct split *split, LLVMValueRef value, LLVMValueRef armed)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new();
    LLVMValueRef phi = NULL;

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        g_ptr_array_add(users, LLVMGetUser(use));
    for (guint u = 0; u < users->len; u++) {
        LLVMValueRef user = users->pdata[u];
        LLVMBasicBlockRef block = LLVMGetInstructionParent(user);

        if (block == split->plain || block == split->armed || (block == split->join && LLVMIsAPHINode(user)))
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

/* Struck operands of the terminator: injected at the end of the armed copy, merged by phis. */
static void join_terminator(struct injector *in, const struct split *split)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(split->join);
    unsigned number;
    const struct site *site = site_of(in, terminator, &number);

    for (int r = 0; site && r < site->n_registers; r++) {
        unsigned k = (unsigned)site->registers[r].position - 1;
        LLVMValueRef value = LLVMGetOperand(terminator, k);
        LLVMValueRef armed = g_hash_table_lookup(split->clones, value);

        LLVMPositionBuilderAtEnd(in->builder, split->armed);
        armed = build_inject(in, armed ? armed : value, number, r, site->n_registers, site->registers[r].width);
        LLVMSetOperand(terminator, k, build_join_phi(in, split, value, armed));
    }
    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    if (site)
        build_step(in);
}

static void move_instruction(LLVMBuilderRef builder, LLVMValueRef instruction, LLVMBasicBlockRef to)
{
    g_autofree char *name = g_strdup(LLVMGetValueName(instruction));

    LLVMPositionBuilderAtEnd(builder, to);
    LLVMInstructionRemoveFromParent(instruction);
    LLVMInsertIntoBuilderWithName(builder, instruction, name);
}

static LLVMBasicBlockRef named_block(struct injector *in, const char *base, const char *suffix)
{
    g_autofree char *name = g_strconcat(base, suffix, NULL);

    return LLVMAppendBasicBlockInContext(ir_context(), in->function, name);
}

/* Not LLVMReplaceAllUsesWith, which would also rename the block in the phis of its successors. */
static void redirect_predecessors(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    g_autoptr(GPtrArray) terminators = g_ptr_array_new();

    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(from)); use; use = LLVMGetNextUse(use))
        g_ptr_array_add(terminators, LLVMGetUser(use));
    for (guint t = 0; t < terminators->len; t++)
        for (unsigned k = 0; k < LLVMGetNumSuccessors(terminators->pdata[t]); k++)
            if (LLVMGetSuccessor(terminators->pdata[t], k) == from)
                LLVMSetSuccessor(terminators->pdata[t], k, to);
}

/* Moves the block's phis to head and its body to plain; the block itself, still the predecessor that later phis name,
 * keeps the terminator. */
static void take_apart(struct injector *in, LLVMBasicBlockRef block, struct split *split)
{
    g_autofree char *name = g_strdup(LLVMGetBasicBlockName(block));
    LLVMValueRef next;

    split->join = block;
    split->head = named_block(in, name, ".head");
    split->plain = named_block(in, name, ".plain");
    split->armed = named_block(in, name, ".armed");
    LLVMMoveBasicBlockBefore(split->head, block);
    LLVMMoveBasicBlockBefore(split->plain, block);
    redirect_predecessors(block, split->head);
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i && !LLVMIsATerminatorInst(i); i = next) {
        next = LLVMGetNextInstruction(i);
        move_instruction(in->builder, i, LLVMIsAPHINode(i) ? split->head : split->plain);
    }
}

/* The check: the countdown passes over the block's n selected instructions, or the fault is among them. */
static void build_head(struct injector *in, const struct split *split, unsigned n)
{
    LLVMValueRef size = LLVMConstInt(in->i64, n, FALSE), before, left, here;

    LLVMPositionBuilderAtEnd(in->builder, split->head);
    before = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "countdown");
    left = LLVMBuildSub(in->builder, before, size, "left");
    here = LLVMBuildICmp(in->builder, LLVMIntULT, before, size, "here");
    LLVMBuildStore(in->builder, left, in->countdown);
    branch_set_unlikely(LLVMBuildCondBr(in->builder, here, split->armed, split->plain));
    LLVMPositionBuilderAtEnd(in->builder, split->plain);
    LLVMBuildBr(in->builder, split->join);
}

/* In the armed copy the countdown counts single instructions, from what it was before the block. */
static void rewind_countdown(struct injector *in, const struct split *split, unsigned n)
{
    LLVMValueRef left;

    LLVMPositionBuilderAtEnd(in->builder, split->armed);
    left = LLVMBuildLoad2(in->builder, in->i64, in->countdown, "");
    LLVMBuildStore(in->builder, LLVMBuildAdd(in->builder, left, LLVMConstInt(in->i64, n, FALSE), "countdown"),
                   in->countdown);
}

static void split_block(struct injector *in, LLVMBasicBlockRef block)
{
    struct split split = { .clones = g_hash_table_new(NULL, NULL) };
    unsigned n = count_sites(in, block);

    take_apart(in, block, &split);
    rewind_countdown(in, &split, n);
    build_armed(in, &split);
    join_terminator(in, &split);
    LLVMBuildBr(in->builder, split.join);
    join_values(in, &split);
    build_head(in, &split, n);
    g_hash_table_unref(split.clones);
}

static LLVMValueRef runtime_global(LLVMModuleRef module, const char *name, LLVMTypeRef type)
{
    LLVMValueRef global = LLVMGetNamedGlobal(module, name);

    return global ? global : LLVMAddGlobal(module, type, name);
}

static LLVMValueRef runtime_function(LLVMModuleRef module, const char *name, LLVMTypeRef type)
{
    LLVMValueRef function = LLVMGetNamedFunction(module, name);

    return function ? function : LLVMAddFunction(module, name, type);
}

/* Where a grain loop is entered, the countdown takes the place of one that never ends. */
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
    LLVMValueRef global = runtime_global(in->module, "lltfi_countdown", in->i64);
    LLVMValueRef never = LLVMConstInt(in->i64, NEVER, FALSE);

    in->countdown = entry_alloca(in, in->i64, "countdown");
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

static void declare_runtime(struct injector *in)
{
    LLVMTypeRef inject[6] = { in->i64, in->i32, in->i32, in->i32, in->pointer, in->i32 };

    in->inject_type = LLVMFunctionType(LLVMVoidTypeInContext(ir_context()), inject, 6, FALSE);
    in->step_type = LLVMFunctionType(in->i64, &in->i64, 1, FALSE);
    in->inject = runtime_function(in->module, "lltfi_inject", in->inject_type);
    in->step = runtime_function(in->module, "lltfi_step", in->step_type);
}

/* An entry block of its own, with the stack slots, so that no block with sites is the entry. */
static void add_entry_block(struct injector *in)
{
    LLVMBasicBlockRef first = LLVMGetEntryBasicBlock(in->function);
    LLVMBasicBlockRef start = LLVMInsertBasicBlockInContext(ir_context(), first, "start");
    LLVMValueRef next;

    for (LLVMValueRef i = LLVMGetFirstInstruction(first); i; i = next) {
        next = LLVMGetNextInstruction(i);
        if (LLVMIsAAllocaInst(i) && LLVMIsConstant(LLVMGetOperand(i, 0)) && !g_hash_table_contains(in->sites, i))
            move_instruction(in->builder, i, start);
    }
    LLVMPositionBuilderAtEnd(in->builder, start);
    LLVMBuildBr(in->builder, first);
}

void pass_inject(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site)
{
    pass_inject_grain(function, sites, first_index, first_site, NULL);
}

void pass_inject_grain(LLVMValueRef function, const GArray *sites, unsigned first_index, unsigned first_site,
                       const struct loop *grain_loop)
{
    size_t n_instructions;
    g_autofree LLVMValueRef *all = function_instructions(function, &n_instructions);
    g_autoptr(GPtrArray) blocks = g_ptr_array_new();
    struct injector in = {
        .module = LLVMGetGlobalParent(function),
        .function = function,
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .i32 = LLVMInt32TypeInContext(ir_context()),
        .i64 = LLVMInt64TypeInContext(ir_context()),
        .pointer = LLVMPointerTypeInContext(ir_context(), 0),
        .sites = g_hash_table_new(NULL, NULL),
        .list = sites,
        .first_site = first_site,
    };

    for (guint s = 0; s < sites->len; s++)
        g_hash_table_insert(in.sites, all[g_array_index(sites, struct site, s).index - first_index],
                            GUINT_TO_POINTER(s + 1));
    declare_runtime(&in);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        if (count_sites(&in, b) > 0)
            g_ptr_array_add(blocks, b);
    add_entry_block(&in);
    keep_countdown_in_register(&in, grain_loop);
    if (!grain_loop) /* around it the countdown never ends, and inside it soon does */
        inject_whole_loops(function, in.countdown, in.sites);
    for (guint b = 0; b < blocks->len; b++)
        split_block(&in, blocks->pdata[b]);
    g_hash_table_unref(in.sites);
    LLVMDisposeBuilder(in.builder);
}
