/* Copies of chains, and where their checks are. */
#include "passes/protect/chains.h"

#include "passes/ir/blocks.h"

/* A use of an original by something that has no copy. */
struct leaving_use {
    LLVMValueRef user;
    unsigned operand;
    LLVMValueRef place; /* the value must be right before this instruction: the user, or the end of a phi's block */
};

static gboolean is_selected(const struct chains *c, LLVMValueRef value)
{
    return g_hash_table_contains(c->d->members, value);
}

/* A phi's incoming value that can't be hidden at the end of its block, since the block's end computes it. */
static gboolean is_late(LLVMValueRef value, LLVMBasicBlockRef block)
{
    return LLVMIsAInstruction(value) && value == LLVMGetBasicBlockTerminator(block);
}

static gboolean can_copy_phi(LLVMValueRef phi)
{
    if (!can_hide(LLVMTypeOf(phi)))
        return FALSE;
    for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(phi, k);
        LLVMOpcode end = LLVMGetInstructionOpcode(LLVMGetBasicBlockTerminator(block));

        if (is_late(LLVMGetIncomingValue(phi, k), block) || (end != LLVMBr && end != LLVMSwitch && end != LLVMInvoke))
            return FALSE;
    }
    return TRUE;
}

/* Phis that carry copies: those that a selected instruction reaches through selected phis. Others are leaves. */
static GHashTable *carrying_phis(const struct chains *c)
{
    GHashTable *carrying = g_hash_table_new(NULL, NULL);
    gboolean changed = TRUE;

    while (changed && c->order->through_phis) {
        changed = FALSE;
        for (guint i = 0; i < c->d->selected->len; i++) {
            LLVMValueRef phi = c->d->selected->pdata[i];

            if (!LLVMIsAPHINode(phi) || g_hash_table_contains(carrying, phi) || !can_copy_phi(phi))
                continue;
            for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
                LLVMValueRef value = LLVMGetIncomingValue(phi, k);

                if (!is_selected(c, value) || (LLVMIsAPHINode(value) && !g_hash_table_contains(carrying, value)))
                    continue;
                changed |= g_hash_table_add(carrying, phi);
                break;
            }
        }
    }
    return carrying;
}

/* Selected phis that are leaves are not members any more. */
static void drop_leaves(struct chains *c)
{
    g_autoptr(GHashTable) carrying = carrying_phis(c);

    for (guint i = c->d->selected->len; i-- > 0;) {
        LLVMValueRef member = c->d->selected->pdata[i];

        if (!LLVMIsAPHINode(member) || g_hash_table_contains(carrying, member))
            continue;
        g_hash_table_remove(c->d->members, member);
        g_ptr_array_remove_index(c->d->selected, i);
    }
}

/* The copies that an instruction may use: of definitions that it joins. */
static GHashTable *usable_copies(const struct chains *c, LLVMValueRef instruction, GHashTable *copies)
{
    GHashTable *usable = g_hash_table_new(NULL, NULL);

    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)k), copy = g_hash_table_lookup(copies, operand);

        if (copy && c->order->joins(c->d, operand, instruction))
            g_hash_table_insert(usable, operand, copy);
    }
    return usable;
}

/* Definitions come before their uses, but for those of phis. */
static void copy_with_operands(struct chains *c, LLVMValueRef instruction, GHashTable *copies, int times)
{
    g_autoptr(GHashTable) usable = NULL;
    LLVMValueRef copy;

    if (g_hash_table_contains(copies, instruction) || !is_selected(c, instruction))
        return;
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)k);

        if (is_selected(c, operand) && !LLVMIsAPHINode(operand))
            copy_with_operands(c, operand, copies, times);
    }
    usable = usable_copies(c, instruction, copies);
    LLVMPositionBuilderBefore(c->d->builder, LLVMGetNextInstruction(instruction));
    copy = copy_instruction(c->d, instruction, usable, times);
    if (copy)
        g_hash_table_insert(copies, instruction, copy);
}

static void fill_phi(struct chains *c, LLVMValueRef phi, GHashTable *copies, int times)
{
    LLVMValueRef copy = g_hash_table_lookup(copies, phi);
    g_autoptr(GHashTable) hidden = g_hash_table_new(NULL, NULL); /* by block, which may be there several times */

    for (unsigned k = 0; k < LLVMCountIncoming(phi); k++) {
        LLVMBasicBlockRef block = LLVMGetIncomingBlock(phi, k);
        LLVMValueRef value = LLVMGetIncomingValue(phi, k), incoming = g_hash_table_lookup(copies, value);

        if (!incoming)
            incoming = g_hash_table_lookup(hidden, block);
        if (!incoming) {
            LLVMPositionBuilderBefore(c->d->builder, LLVMGetBasicBlockTerminator(block));
            incoming = hide(c->d->builder, value, times);
            g_hash_table_insert(hidden, block, incoming);
        }
        LLVMAddIncoming(copy, &incoming, &block, 1);
    }
}

static GHashTable *make_copies(struct chains *c, int times)
{
    GHashTable *copies = g_hash_table_new(NULL, NULL);
    const GPtrArray *selected = c->d->selected;

    for (guint i = 0; i < selected->len; i++)
        if (LLVMIsAPHINode(selected->pdata[i])) {
            LLVMPositionBuilderBefore(c->d->builder, LLVMGetNextInstruction(selected->pdata[i]));
            g_hash_table_insert(copies, selected->pdata[i],
                                LLVMBuildPhi(c->d->builder, LLVMTypeOf(selected->pdata[i]), "shadow"));
        }
    for (guint i = 0; i < selected->len; i++)
        if (!LLVMIsAPHINode(selected->pdata[i]))
            copy_with_operands(c, selected->pdata[i], copies, times);
    for (guint i = 0; i < selected->len; i++)
        if (LLVMIsAPHINode(selected->pdata[i]))
            fill_phi(c, selected->pdata[i], copies, times);
    return copies;
}

/*
 * Uses of a value outside of its chain. Copies in other chains that begin with the value are among them: they must use
 * what their originals use. Through phis there are no such chains.
 */
static GArray *leaving_uses(const struct chains *c, LLVMValueRef value)
{
    GArray *leaving = g_array_new(FALSE, FALSE, sizeof(struct leaving_use));

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);
        gboolean is_new = !g_hash_table_contains(c->d->home, user);

        if (is_new ? c->order->through_phis
                   : g_hash_table_contains(c->copies, user) && c->order->joins(c->d, value, user))
            continue;
        for (unsigned k = 0; k < (unsigned)LLVMGetNumOperands(user); k++) {
            struct leaving_use found = { user, k, user };

            if (LLVMGetOperand(user, k) != value)
                continue;
            if (LLVMIsAPHINode(user))
                found.place = LLVMGetBasicBlockTerminator(LLVMGetIncomingBlock(user, k));
            g_array_append_val(leaving, found);
        }
    }
    return leaving;
}

static unsigned depth_of(const struct chains *c, LLVMValueRef instruction)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(c->depths, g_hash_table_lookup(c->d->home, instruction)));
}

/* The block before splitting. */
static gpointer home_of(const struct chains *c, LLVMValueRef instruction)
{
    return g_hash_table_lookup(c->d->home, instruction);
}

static gboolean comes_before(LLVMValueRef a, LLVMValueRef b)
{
    if (LLVMGetInstructionParent(a) != LLVMGetInstructionParent(b))
        return FALSE;
    while (a && a != b)
        a = LLVMGetNextInstruction(a);
    return a == b;
}

/* The same of two original instructions of one block, which may have been split. */
static gboolean was_before(const struct chains *c, LLVMValueRef a, LLVMValueRef b)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(c->d->position, a)) <
           GPOINTER_TO_UINT(g_hash_table_lookup(c->d->position, b));
}

static gboolean is_deeper_somewhere(const struct chains *c, LLVMValueRef value, const GArray *leaving)
{
    for (guint u = 0; u < leaving->len; u++)
        if (depth_of(c, g_array_index(leaving, struct leaving_use, u).place) > depth_of(c, value))
            return TRUE;
    return FALSE;
}

/* The first instruction after a definition that a check can be built before. */
static LLVMValueRef after(const struct chains *c, LLVMValueRef value)
{
    LLVMValueRef last = g_hash_table_lookup(c->copies, value), third;

    if (LLVMIsAPHINode(value))
        return block_body(LLVMGetInstructionParent(value));
    third = c->thirds ? g_hash_table_lookup(c->thirds, value) : NULL;
    if (third && comes_before(last, third))
        last = third;
    return LLVMGetNextInstruction(last);
}

static void redirect_uses(const GArray *leaving, LLVMValueRef checked)
{
    for (guint u = 0; u < leaving->len; u++) {
        const struct leaving_use *use = &g_array_index(leaving, struct leaving_use, u);

        LLVMSetOperand(use->user, use->operand, checked);
    }
}

static LLVMValueRef check(struct chains *c, LLVMValueRef value, LLVMValueRef before)
{
    return build_check(c->d, value, g_hash_table_lookup(c->copies, value), before, c->order->third, c);
}

/* One check for the uses in one block, before the first of them. `leaving` loses them. */
static void check_block(struct chains *c, LLVMValueRef value, GArray *leaving)
{
    g_autoptr(GArray) here = g_array_new(FALSE, FALSE, sizeof(struct leaving_use));
    LLVMValueRef first = g_array_index(leaving, struct leaving_use, 0).place;
    gpointer block = home_of(c, first);

    for (guint u = leaving->len; u-- > 0;) {
        struct leaving_use use = g_array_index(leaving, struct leaving_use, u);

        if (home_of(c, use.place) != block)
            continue;
        first = was_before(c, use.place, first) ? use.place : first;
        g_array_append_val(here, use);
        g_array_remove_index(leaving, u);
    }
    redirect_uses(here, check(c, value, first));
}

static void check_value(struct chains *c, LLVMValueRef value)
{
    g_autoptr(GArray) leaving = leaving_uses(c, value);

    if (leaving->len == 0)
        return;
    if (!c->order->through_phis || is_deeper_somewhere(c, value, leaving)) {
        redirect_uses(leaving, check(c, value, after(c, value)));
        return;
    }
    while (leaving->len > 0)
        check_block(c, value, leaving);
}

static GHashTable *find_depths(LLVMValueRef function)
{
    g_autoptr(GPtrArray) loops = function_loops(function);
    GHashTable *depths = g_hash_table_new(NULL, NULL);

    for (guint l = 0; l < loops->len; l++) {
        const struct loop *loop = loops->pdata[l];

        for (guint b = 0; b < loop->blocks->len; b++) {
            gpointer block = loop->blocks->pdata[b];
            guint depth = GPOINTER_TO_UINT(g_hash_table_lookup(depths, block));

            g_hash_table_insert(depths, block, GUINT_TO_POINTER(depth + 1));
        }
    }
    return depths;
}

void protect_chains(struct duplication *d, const struct chain_order *order)
{
    struct chains c = { .d = d, .order = order };

    drop_leaves(&c);
    c.depths = find_depths(d->function);
    c.copies = make_copies(&c, 1);
    if (order->through_phis && d->rule->correction == CORRECT_vote)
        c.thirds = make_copies(&c, 2);
    for (guint i = 0; i < d->selected->len; i++)
        if (g_hash_table_contains(c.copies, d->selected->pdata[i]))
            check_value(&c, d->selected->pdata[i]);
    g_hash_table_unref(c.copies);
    g_clear_pointer(&c.thirds, g_hash_table_unref);
    g_hash_table_unref(c.depths);
}
