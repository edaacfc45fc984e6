/* Copies of whole loops, which run while the fault is far (pass_inject in instrument.h). */
#include "passes/inject/whole.h"

#include "base/attributes.h"
#include "passes/analysis/loops.h"

#include <string.h>

/* A loop with at least this many selected instructions gets a check of its own; smaller loops share their parent's.
 * Lower values leave less code running instrumented near the fault. */
#define WORTH 64

struct copier {
    LLVMValueRef function, countdown;
    LLVMTypeRef i64;
    LLVMBuilderRef builder;
    GHashTable *sites;
};

/* One loop and its copy. */
struct whole {
    const struct loop *loop;
    LLVMBasicBlockRef check; /* the block before both */
    GHashTable *copies;      /* value or block of the loop -> its copy */
};

void branch_set_unlikely(LLVMValueRef branch)
{
    LLVMContextRef context = ir_context();
    LLVMTypeRef i32 = LLVMInt32TypeInContext(context);
    LLVMMetadataRef parts[3] = {
        LLVMMDStringInContext2(context, "branch_weights", strlen("branch_weights")),
        LLVMValueAsMetadata(LLVMConstInt(i32, 1, FALSE)),
        LLVMValueAsMetadata(LLVMConstInt(i32, 1000000, FALSE)),
    };
    LLVMMetadataRef node = LLVMMDNodeInContext2(context, parts, 3);

    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(context, "prof", 4), LLVMMetadataAsValue(context, node));
}

static unsigned count_sites(const struct copier *c, LLVMBasicBlockRef block)
{
    unsigned n = 0;

    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i))
        n += g_hash_table_contains(c->sites, i);
    return n;
}

/* Adds the sites of each block to its innermost loop: `loops` has inner loops first. */
static void spread_sites(const struct copier *c, const GPtrArray *loops)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(c->function); b; b = LLVMGetNextBasicBlock(b)) {
        guint l = 0;

        while (l < loops->len && !loop_contains(loops->pdata[l], b))
            l++;
        if (l < loops->len)
            ((struct loop *)loops->pdata[l])->sites += count_sites(c, b);
    }
}

/* Whether a call returns and executes no selected instruction: a function of another module that does not throw. */
static gboolean is_leaf_call(LLVMValueRef call)
{
    LLVMValueRef callee = LLVMIsAFunction(LLVMGetCalledValue(call));

    return callee && LLVMIsDeclaration(callee) && function_has_attribute(callee, "nounwind") &&
           !function_has_attribute(callee, "noreturn");
}

static gboolean can_be_copied(const struct loop *loop)
{
    for (guint b = 0; b < loop->blocks->len; b++) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(loop->blocks->pdata[b]);

        if (!LLVMIsABranchInst(terminator) && !LLVMIsASwitchInst(terminator))
            return FALSE;
        for (LLVMValueRef i = LLVMGetFirstInstruction(loop->blocks->pdata[b]); i; i = LLVMGetNextInstruction(i))
            if (LLVMGetTypeKind(LLVMTypeOf(i)) == LLVMTokenTypeKind || (LLVMIsACallInst(i) && !is_leaf_call(i)))
                return FALSE;
    }
    return TRUE;
}

static gboolean can_be_whole(const struct loop *loop)
{
    return loop_is_bounded(loop) && can_be_copied(loop);
}

static gboolean holds_worthy(const struct loop *loop)
{
    for (guint i = 0; i < loop->inner->len; i++)
        if (loop_estimate(loop->inner->pdata[i]) >= WORTH)
            return TRUE;
    return FALSE;
}

static void choose(struct loop *loop, GArray *chosen)
{
    struct whole whole = { .loop = loop };

    if (can_be_whole(loop) && !holds_worthy(loop)) {
        g_array_append_val(chosen, whole);
        return;
    }
    for (guint i = 0; i < loop->inner->len; i++)
        choose(loop->inner->pdata[i], chosen);
}

/* Replaces a phi by one with another incoming block: LLVM-C can't change it in place. */
static void rename_incoming(struct copier *c, LLVMValueRef phi, LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    g_autofree char *name = g_strdup(LLVMGetValueName(phi));
    LLVMValueRef renamed;
    gpointer site;

    LLVMPositionBuilderBefore(c->builder, phi);
    renamed = LLVMBuildPhi(c->builder, LLVMTypeOf(phi), "");
    for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
        LLVMValueRef value = LLVMGetIncomingValue(phi, k);
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(phi, k);

        LLVMAddIncoming(renamed, &value, block == from ? &to : &block, 1);
    }
    LLVMReplaceAllUsesWith(phi, renamed);
    if (g_hash_table_steal_extended(c->sites, phi, NULL, &site))
        g_hash_table_insert(c->sites, renamed, site);
    LLVMInstructionEraseFromParent(phi);
    LLVMSetValueName2(renamed, name, strlen(name));
}

/* The only block outside the loop that branches to it: bounded loops have one. */
static LLVMBasicBlockRef block_before(const struct loop *loop)
{
    LLVMValueRef phi = LLVMGetFirstInstruction(loop->header);
    LLVMBasicBlockRef first = LLVMGetIncomingBlock(phi, 0);

    return loop_contains(loop, first) ? LLVMGetIncomingBlock(phi, 1) : first;
}

/* Both successors are the loop itself until there is a copy. */
static void build_check(struct copier *c, const struct whole *whole)
{
    LLVMValueRef left, bound, here;

    LLVMPositionBuilderAtEnd(c->builder, whole->check);
    left = LLVMBuildLoad2(c->builder, c->i64, c->countdown, "countdown");
    bound = loop_build_bound(c->builder, whole->loop);
    here = LLVMBuildICmp(c->builder, LLVMIntULT, left, bound, "here");
    branch_set_unlikely(LLVMBuildCondBr(c->builder, here, whole->loop->header, whole->loop->header));
}

static void add_check(struct copier *c, struct whole *whole)
{
    LLVMBasicBlockRef header = whole->loop->header, before = block_before(whole->loop);
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(before), next;
    g_autofree char *name = g_strconcat(LLVMGetBasicBlockName(header), ".check", NULL);

    whole->check = LLVMInsertBasicBlockInContext(ir_context(), header, name);
    for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++)
        if (LLVMGetSuccessor(terminator, k) == header)
            LLVMSetSuccessor(terminator, k, whole->check);
    for (LLVMValueRef phi = LLVMGetFirstInstruction(header); LLVMIsAPHINode(phi); phi = next) {
        next = LLVMGetNextInstruction(phi);
        rename_incoming(c, phi, before, whole->check);
    }
    build_check(c, whole);
}

static LLVMValueRef copied(const struct whole *whole, LLVMValueRef value)
{
    LLVMValueRef copy = g_hash_table_lookup(whole->copies, value);

    return copy ? copy : value;
}

static LLVMBasicBlockRef copied_block(const struct whole *whole, LLVMBasicBlockRef block)
{
    return LLVMValueAsBasicBlock(copied(whole, LLVMBasicBlockAsValue(block)));
}

/* Copies the instructions of one block, with the original's operands. */
static void copy_block(struct copier *c, struct whole *whole, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(c->builder, copied_block(whole, block));
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef copy;

        if (LLVMIsAPHINode(i)) {
            copy = LLVMBuildPhi(c->builder, LLVMTypeOf(i), LLVMGetValueName(i));
        } else {
            copy = LLVMInstructionClone(i);
            LLVMInsertIntoBuilderWithName(c->builder, copy, LLVMGetValueName(i));
        }
        g_hash_table_insert(whole->copies, i, copy);
    }
}

static void add_copied_incoming(const struct whole *whole, LLVMValueRef to, LLVMValueRef from, unsigned k)
{
    LLVMValueRef value = copied(whole, LLVMGetIncomingValue(from, k));
    LLVMBasicBlockRef block = copied_block(whole, LLVMGetIncomingBlock(from, k));

    LLVMAddIncoming(to, &value, &block, 1);
}

static void connect_block(const struct whole *whole, LLVMBasicBlockRef block)
{
    for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
        LLVMValueRef copy = copied(whole, i);

        if (LLVMIsAPHINode(i))
            for (unsigned k = 0; k < LLVMCountIncoming(i); k++)
                add_copied_incoming(whole, copy, i, k);
        else
            for (int k = 0; k < LLVMGetNumOperands(copy); k++)
                LLVMSetOperand(copy, (unsigned)k, copied(whole, LLVMGetOperand(copy, (unsigned)k)));
    }
}

/* The blocks outside the loop that it branches to. */
static GPtrArray *exits_of(const struct loop *loop)
{
    GPtrArray *exits = g_ptr_array_new();

    for (guint b = 0; b < loop->blocks->len; b++) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(loop->blocks->pdata[b]);

        for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
            LLVMBasicBlockRef next = LLVMGetSuccessor(terminator, k);

            if (!loop_contains(loop, next) && !g_ptr_array_find(exits, next, NULL))
                g_ptr_array_add(exits, next);
        }
    }
    return exits;
}

/* Adds incoming values to phis after the loop, which are reached from the copy as well. */
static void extend_exit_phis(const struct whole *whole)
{
    g_autoptr(GPtrArray) exits = exits_of(whole->loop);

    for (guint e = 0; e < exits->len; e++) {
        for (LLVMValueRef phi = LLVMGetFirstInstruction(exits->pdata[e]); LLVMIsAPHINode(phi);
             phi = LLVMGetNextInstruction(phi)) {
            unsigned n = LLVMCountIncoming(phi);

            for (unsigned k = 0; k < n; k++)
                if (loop_contains(whole->loop, LLVMGetIncomingBlock(phi, k)))
                    add_copied_incoming(whole, phi, phi, k);
        }
    }
}

static void store_after(struct copier *c, LLVMValueRef value, LLVMValueRef slot)
{
    LLVMValueRef next = LLVMGetNextInstruction(value);

    while (LLVMIsAPHINode(next))
        next = LLVMGetNextInstruction(next);
    LLVMPositionBuilderBefore(c->builder, next);
    LLVMBuildStore(c->builder, value, slot);
}

/* Where operand k of an instruction is read: for a phi at the end of the incoming block. */
static LLVMValueRef place_of_use(LLVMValueRef user, unsigned k)
{
    return LLVMIsAPHINode(user) ? LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(user, k)) : user;
}

/* Makes uses of a value after the loop load it from a stack slot, to which both the loop and its copy store it. */
static void share_value(struct copier *c, const struct whole *whole, LLVMValueRef value)
{
    g_autoptr(GPtrArray) users = g_ptr_array_new();
    LLVMValueRef slot = NULL;

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (!loop_contains(whole->loop, LLVMGetInstructionParent(LLVMGetUser(use))))
            g_ptr_array_add(users, LLVMGetUser(use));
    for (guint u = 0; u < users->len; u++) {
        for (int k = 0; k < LLVMGetNumOperands(users->pdata[u]); k++) {
            LLVMValueRef place = place_of_use(users->pdata[u], (unsigned)k);

            if (LLVMGetOperand(users->pdata[u], (unsigned)k) != value ||
                loop_contains(whole->loop, LLVMGetInstructionParent(place)))
                continue;
            if (!slot) {
                LLVMPositionBuilderBefore(c->builder, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(c->function)));
                slot = LLVMBuildAlloca(c->builder, LLVMTypeOf(value), "shared");
            }
            LLVMPositionBuilderBefore(c->builder, place);
            LLVMSetOperand(users->pdata[u], (unsigned)k,
                           LLVMBuildLoad2(c->builder, LLVMTypeOf(value), slot, LLVMGetValueName(value)));
        }
    }
    if (!slot)
        return;
    store_after(c, value, slot);
    store_after(c, copied(whole, value), slot);
}

static void share_values(struct copier *c, const struct whole *whole)
{
    for (guint b = 0; b < whole->loop->blocks->len; b++) {
        LLVMValueRef next;

        for (LLVMValueRef i = LLVMGetFirstInstruction(whole->loop->blocks->pdata[b]); i; i = next) {
            next = LLVMGetNextInstruction(i);
            share_value(c, whole, i);
        }
    }
}

/* The copy subtracts what it executes from the countdown without a check. */
static void count_down(struct copier *c, const struct whole *whole, LLVMBasicBlockRef block)
{
    LLVMValueRef n = LLVMConstInt(c->i64, count_sites(c, block), FALSE), left;

    if (LLVMIsNull(n))
        return;
    LLVMPositionBuilderBefore(c->builder, LLVMGetBasicBlockTerminator(copied_block(whole, block)));
    left = LLVMBuildLoad2(c->builder, c->i64, c->countdown, "");
    LLVMBuildStore(c->builder, LLVMBuildSub(c->builder, left, n, "left"), c->countdown);
}

static void copy_loop(struct copier *c, struct whole *whole)
{
    const GPtrArray *blocks = whole->loop->blocks;

    whole->copies = g_hash_table_new(NULL, NULL);
    for (guint b = 0; b < blocks->len; b++) {
        g_autofree char *name = g_strconcat(LLVMGetBasicBlockName(blocks->pdata[b]), ".whole", NULL);
        LLVMBasicBlockRef copy = LLVMInsertBasicBlockInContext(ir_context(), whole->loop->header, name);

        g_hash_table_insert(whole->copies, LLVMBasicBlockAsValue(blocks->pdata[b]), LLVMBasicBlockAsValue(copy));
    }
    for (guint b = 0; b < blocks->len; b++)
        copy_block(c, whole, blocks->pdata[b]);
    for (guint b = 0; b < blocks->len; b++) {
        connect_block(whole, blocks->pdata[b]);
        count_down(c, whole, blocks->pdata[b]);
    }
    extend_exit_phis(whole);
    share_values(c, whole);
    LLVMSetSuccessor(LLVMGetBasicBlockTerminator(whole->check), 1, copied_block(whole, whole->loop->header));
    g_hash_table_unref(whole->copies);
}

void inject_whole_loops(LLVMValueRef function, LLVMValueRef countdown, GHashTable *sites)
{
    struct copier c = {
        .function = function,
        .countdown = countdown,
        .i64 = LLVMInt64TypeInContext(ir_context()),
        .builder = LLVMCreateBuilderInContext(ir_context()),
        .sites = sites,
    };
    g_autoptr(GPtrArray) loops = function_loops(function);
    g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(struct whole));

    spread_sites(&c, loops);
    for (guint l = 0; l < loops->len; l++)
        if (!((struct loop *)loops->pdata[l])->outer)
            choose(loops->pdata[l], chosen);
    /* All checks are added before any loop is copied: a loop may begin where another one ends. */
    for (guint w = 0; w < chosen->len; w++)
        add_check(&c, &g_array_index(chosen, struct whole, w));
    for (guint w = 0; w < chosen->len; w++)
        copy_loop(&c, &g_array_index(chosen, struct whole, w));
    LLVMDisposeBuilder(c.builder);
}
