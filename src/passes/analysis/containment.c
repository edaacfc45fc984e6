/*
 * Follows the values that a fault changes through a layer's function, and reports what they reach. The engine runs a
 * fault that stays within its grain on that grain alone.
 */
#include "passes/analysis/containment.h"

#include "passes/analysis/effects.h"

/* The values that a fault has reached, and the work list of those whose users have not been followed yet. */
struct spread {
    const GPtrArray *loops;
    const struct loop *grain_loop;
    LLVMValueRef function;
    GHashTable *reached;
    GQueue work;
    GHashTable *memory; /* set of parameters and local variables whose content may be wrong */
    unsigned reach;
};

static const struct {
    unsigned flag;
    const char *name;
} names[] = {
    { REACH_BRANCH, "branch" }, { REACH_ADDRESS, "address" },      { REACH_CALL, "call" }, { REACH_EXIT, "loop exit" },
    { REACH_TRAP, "division" }, { REACH_OUTSIDE, "other grains" }, { REACH_LOAD, "load" }, { REACH_ROUNDS, "rounds" },
};

char *reach_text(unsigned reach)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (reach & names[i].flag)
            g_ptr_array_add(words, (gpointer)names[i].name);
    g_ptr_array_add(words, NULL);
    return g_strjoinv(", ", (char **)words->pdata);
}

LLVMValueRef pointer_base(LLVMValueRef pointer)
{
    while (LLVMIsAGetElementPtrInst(pointer))
        pointer = LLVMGetOperand(pointer, 0);
    return LLVMIsAArgument(pointer) || LLVMIsAAllocaInst(pointer) ? pointer : NULL;
}

static void spread_to(struct spread *s, LLVMValueRef instruction)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction);

    if (!g_hash_table_add(s->reached, instruction))
        return;
    if (!is_in_grain(s->grain_loop, block) ||
        (s->grain_loop && LLVMIsAPHINode(instruction) && block == s->grain_loop->header))
        s->reach |= REACH_OUTSIDE;
    g_queue_push_tail(&s->work, instruction);
}

/* Every load from `base` may now read a wrong value. */
static void spread_through_memory(struct spread *s, LLVMValueRef base)
{
    if (!base) {
        s->reach |= REACH_ADDRESS;
        return;
    }
    if (!g_hash_table_add(s->memory, base))
        return;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(s->function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
            if (LLVMIsALoadInst(i) && pointer_base(LLVMGetOperand(i, 0)) == base)
                spread_to(s, i);
}

/* Adds the blocks that can be reached from a block within one iteration of a loop. */
static void add_reachable(const struct loop *loop, LLVMBasicBlockRef block, GHashTable *reachable)
{
    LLVMValueRef terminator = LLVMGetBasicBlockTerminator(block);

    if (loop && (block == loop->header || !loop_contains(loop, block)))
        return;
    if (!g_hash_table_add(reachable, block))
        return;
    for (unsigned s = 0; s < LLVMGetNumSuccessors(terminator); s++)
        add_reachable(loop, LLVMGetSuccessor(terminator, s), reachable);
}

/* How many of the branch's successors lead to each block in the same iteration: block -> number. */
static GHashTable *count_ways(LLVMValueRef branch, const struct loop *loop)
{
    GHashTable *ways = g_hash_table_new(NULL, NULL);

    for (unsigned k = 0; k < LLVMGetNumSuccessors(branch); k++) {
        g_autoptr(GHashTable) reachable = g_hash_table_new(NULL, NULL);
        GHashTableIter iter;
        gpointer block;

        add_reachable(loop, LLVMGetSuccessor(branch, k), reachable);
        g_hash_table_iter_init(&iter, reachable);
        while (g_hash_table_iter_next(&iter, &block, NULL))
            g_hash_table_insert(ways, block, GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(ways, block)) + 1));
    }
    return ways;
}

/* A wrong branch executes other blocks: phis where its ways join may be wrong, and so is memory that some of them
 * write. */
static void spread_through_blocks(struct spread *s, LLVMValueRef branch, const struct loop *loop)
{
    g_autoptr(GHashTable) ways = count_ways(branch, loop);
    GHashTableIter iter;
    gpointer block, count;

    g_hash_table_iter_init(&iter, ways);
    while (g_hash_table_iter_next(&iter, &block, &count)) {
        gboolean is_optional = GPOINTER_TO_UINT(count) < LLVMGetNumSuccessors(branch);

        for (LLVMValueRef i = LLVMGetFirstInstruction(block); i; i = LLVMGetNextInstruction(i)) {
            if (LLVMIsAPHINode(i) && GPOINTER_TO_UINT(count) > 1)
                spread_to(s, i);
            if (LLVMIsAStoreInst(i) && is_optional)
                spread_through_memory(s, pointer_base(LLVMGetOperand(i, 1)));
            if (LLVMIsACallInst(i) && is_optional && LLVMGetTypeKind(LLVMTypeOf(i)) == LLVMVoidTypeKind &&
                !is_report(i))
                s->reach |= REACH_CALL;
        }
    }
}

/* The callee is the last operand. */
static void spread_through_call(struct spread *s, LLVMValueRef call, unsigned operand)
{
    if (operand < LLVMGetNumArgOperands(call) && is_pure_call(call))
        spread_to(s, call);
    else
        s->reach |= REACH_CALL;
}

static gboolean loop_has_effects(const struct loop *loop)
{
    for (guint b = 0; b < loop->blocks->len; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(loop->blocks->pdata[b]); i; i = LLVMGetNextInstruction(i))
            if (has_effects(i))
                return TRUE;
    return FALSE;
}

/* The one block that all exits of the loop lead to; NULL: there are several. */
static LLVMBasicBlockRef loop_end(const struct loop *loop)
{
    LLVMBasicBlockRef end = NULL;

    for (guint b = 0; b < loop->blocks->len; b++) {
        LLVMValueRef terminator = LLVMGetBasicBlockTerminator(loop->blocks->pdata[b]);

        for (unsigned k = 0; k < LLVMGetNumSuccessors(terminator); k++) {
            LLVMBasicBlockRef to = LLVMGetSuccessor(terminator, k);

            if (loop_contains(loop, to))
                continue;
            if (end && to != end)
                return NULL;
            end = to;
        }
    }
    return end;
}

static gboolean is_used_outside(const struct loop *loop, LLVMValueRef instruction)
{
    for (LLVMUseRef use = LLVMGetFirstUse(instruction); use; use = LLVMGetNextUse(use))
        if (!loop_contains(loop, LLVMGetInstructionParent(LLVMGetUser(use))))
            return TRUE;
    return FALSE;
}

/* Whether a phi after the loop depends on which exit was taken. */
static gboolean joins_ends(const struct loop *loop, LLVMValueRef phi)
{
    unsigned ends = 0;

    for (unsigned i = 0; i < LLVMCountIncoming(phi); i++)
        ends += loop_contains(loop, LLVMGetIncomingBlock(phi, i));
    return ends > 1;
}

/* Whether a loop inside the grain has no effects, and all its exits lead to one place in the loop around it. */
static gboolean only_computes(const struct spread *s, const struct loop *loop, LLVMBasicBlockRef end)
{
    gboolean is_inside = !s->grain_loop || (loop != s->grain_loop && loop_contains(s->grain_loop, loop->header));

    return is_inside && end && !loop->is_irregular && (!loop->outer || loop_contains(loop->outer, end)) &&
           !loop_has_effects(loop);
}

/* A loop may run too few or too many iterations: values that it carries from one to the next, or that are used after
 * it, may be wrong. */
static void spread_through_rounds(struct spread *s, const struct loop *loop)
{
    LLVMBasicBlockRef end = loop_end(loop);

    if (!only_computes(s, loop, end)) {
        s->reach |= REACH_EXIT;
        return;
    }
    s->reach |= REACH_ROUNDS;
    for (guint b = 0; b < loop->blocks->len; b++)
        for (LLVMValueRef i = LLVMGetFirstInstruction(loop->blocks->pdata[b]); i; i = LLVMGetNextInstruction(i))
            if ((LLVMIsAPHINode(i) && loop->blocks->pdata[b] == loop->header) || is_used_outside(loop, i))
                spread_to(s, i);
    for (LLVMValueRef i = LLVMGetFirstInstruction(end); i && LLVMIsAPHINode(i); i = LLVMGetNextInstruction(i))
        if (joins_ends(loop, i))
            spread_to(s, i);
}

static void spread_through_branch(struct spread *s, LLVMValueRef branch)
{
    const struct loop *loop = loop_innermost(s->loops, LLVMGetInstructionParent(branch));
    gboolean ends_rounds = FALSE;

    for (unsigned k = 0; loop && k < LLVMGetNumSuccessors(branch); k++) {
        LLVMBasicBlockRef to = LLVMGetSuccessor(branch, k);

        ends_rounds |= !loop_contains(loop, to) || to == loop->header || loop->is_irregular;
    }
    s->reach |= REACH_BRANCH;
    if (ends_rounds)
        spread_through_rounds(s, loop);
    else if (!(s->reach & REACH_EXIT))
        spread_through_blocks(s, branch, loop);
}

/* A divisor may be 0. A wrong dividend can trap only in a signed division, by -1. */
static void spread_through_division(struct spread *s, LLVMValueRef division, unsigned operand)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(division);
    LLVMValueRef divisor = LLVMGetOperand(division, 1);
    gboolean is_signed = opcode == LLVMSDiv || opcode == LLVMSRem;

    if (operand == 1 || (is_signed && !(LLVMIsAConstantInt(divisor) && LLVMConstIntGetSExtValue(divisor) != -1)))
        s->reach |= REACH_TRAP;
    spread_to(s, division);
}

/* A load from a wrong address, in a tensor (a parameter other than the last): it reads another value, or faults. */
static void spread_through_load(struct spread *s, LLVMValueRef load)
{
    LLVMValueRef base = pointer_base(LLVMGetOperand(load, 0));

    if (base && LLVMIsAArgument(base) && LLVMGetNextParam(base)) {
        s->reach |= REACH_LOAD;
        spread_to(s, load);
    } else {
        s->reach |= REACH_ADDRESS;
    }
}

static void spread_through_use(struct spread *s, LLVMValueRef user, unsigned operand)
{
    switch (LLVMGetInstructionOpcode(user)) {
    case LLVMLoad:
        spread_through_load(s, user);
        break;
    case LLVMStore:
        if (operand == 1)
            s->reach |= REACH_ADDRESS;
        else if (!is_in_grain(s->grain_loop, LLVMGetInstructionParent(user)))
            s->reach |= REACH_OUTSIDE;
        else
            spread_through_memory(s, pointer_base(LLVMGetOperand(user, 1)));
        break;
    case LLVMBr:
    case LLVMSwitch:
        spread_through_branch(s, user);
        break;
    case LLVMCall:
        spread_through_call(s, user, operand);
        break;
    case LLVMSDiv:
    case LLVMSRem:
    case LLVMUDiv:
    case LLVMURem:
        spread_through_division(s, user, operand);
        break;
    case LLVMRet:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMInvoke:
    case LLVMIndirectBr:
    case LLVMCallBr:
    case LLVMVAArg:
        s->reach |= REACH_CALL;
        break;
    default:
        spread_to(s, user);
    }
}

static void spread_through_uses(struct spread *s, LLVMValueRef value)
{
    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (!LLVMIsAInstruction(user))
            s->reach |= REACH_ADDRESS;
        for (int k = 0; LLVMIsAInstruction(user) && k < LLVMGetNumOperands(user); k++)
            if (LLVMGetOperand(user, (unsigned)k) == value)
                spread_through_use(s, user, (unsigned)k);
    }
}

static void spread_init(struct spread *s, const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef function)
{
    *s = (struct spread){ .loops = loops, .grain_loop = grain_loop, .function = function, .work = G_QUEUE_INIT };
    s->reached = g_hash_table_new(NULL, NULL);
    s->memory = g_hash_table_new(NULL, NULL);
}

static unsigned spread_all(struct spread *s)
{
    LLVMValueRef value;

    while ((value = g_queue_pop_head(&s->work)))
        spread_through_uses(s, value);
    g_queue_clear(&s->work);
    g_hash_table_unref(s->reached);
    g_hash_table_unref(s->memory);
    return s->reach;
}

unsigned containment_of_register(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction,
                                 int position)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction);
    struct spread s;

    spread_init(&s, loops, grain_loop, LLVMGetBasicBlockParent(block));
    if (!is_in_grain(grain_loop, block))
        s.reach |= REACH_OUTSIDE;
    if (position > 0)
        spread_through_use(&s, instruction, (unsigned)position - 1);
    else
        spread_through_uses(&s, instruction);
    return spread_all(&s);
}

unsigned containment_of_parameter(const GPtrArray *loops, LLVMValueRef function, unsigned parameter)
{
    struct spread s;

    spread_init(&s, loops, NULL, function);
    spread_through_memory(&s, LLVMGetParam(function, parameter));
    return spread_all(&s);
}
