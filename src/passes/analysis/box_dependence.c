#include "passes/analysis/box_dependence.h"

#include "passes/analysis/containment.h"
#include "passes/analysis/effects.h"

/* Values that a register is computed from. */
struct dependence_search {
    const GPtrArray *loops;
    const struct loop *grain_loop;
    LLVMValueRef box;
    GHashTable *seen;
    GQueue work;
};

static void look_at(struct dependence_search *s, LLVMValueRef value)
{
    if (g_hash_table_add(s->seen, value))
        g_queue_push_tail(&s->work, value);
}

static void look_at_operands(struct dependence_search *s, LLVMValueRef instruction)
{
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++)
        look_at(s, LLVMGetOperand(instruction, (unsigned)k));
}

static gboolean is_from_box(const struct dependence_search *s, LLVMValueRef value)
{
    return LLVMIsALoadInst(value) && pointer_base(LLVMGetOperand(value, 0)) == s->box;
}

static gboolean is_next(LLVMValueRef value, LLVMValueRef counter)
{
    LLVMValueRef step;

    if (!LLVMIsABinaryOperator(value) || LLVMGetInstructionOpcode(value) != LLVMAdd ||
        LLVMGetOperand(value, 0) != counter)
        return FALSE;
    step = LLVMGetOperand(value, 1);
    return LLVMIsAConstantInt(step) && LLVMConstIntGetSExtValue(step) == 1;
}

/* Whether a phi counts from a bound of the box in steps of 1. */
static gboolean is_counter(const struct dependence_search *s, const struct loop *loop, LLVMValueRef phi)
{
    for (unsigned i = 0; i < LLVMCountIncoming(phi); i++) {
        LLVMValueRef value = LLVMGetIncomingValue(phi, i);

        if (loop_contains(loop, LLVMGetIncomingBlock(phi, i)) ? !is_next(value, phi) : !is_from_box(s, value))
            return FALSE;
    }
    return TRUE;
}

static gboolean phi_depends(struct dependence_search *s, LLVMValueRef phi)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(phi);
    const struct loop *loop = loop_innermost(s->loops, block);

    if (s->grain_loop && loop && block == loop->header && loop_contains(loop, s->grain_loop->header))
        return !is_counter(s, loop, phi);
    look_at_operands(s, phi);
    return FALSE;
}

/* Tensors hold the same data in both runs; the contents of local variables are not followed, so they count as
 * dependent. */
static gboolean load_depends(struct dependence_search *s, LLVMValueRef load)
{
    LLVMValueRef base = pointer_base(LLVMGetOperand(load, 0));

    look_at(s, LLVMGetOperand(load, 0));
    return !base || !LLVMIsAArgument(base) || base == s->box;
}

static gboolean value_depends(struct dependence_search *s, LLVMValueRef value)
{
    if (!LLVMIsAInstruction(value))
        return value == s->box;
    if (LLVMIsAPHINode(value))
        return phi_depends(s, value);
    if (LLVMIsALoadInst(value))
        return load_depends(s, value);
    if (LLVMIsAAllocaInst(value) || (LLVMIsACallInst(value) && !is_pure_call(value)))
        return TRUE;
    look_at_operands(s, value);
    return FALSE;
}

gboolean depends_on_box(const GPtrArray *loops, const struct loop *grain_loop, LLVMValueRef instruction, int position)
{
    LLVMValueRef function = LLVMGetBasicBlockParent(LLVMGetInstructionParent(instruction));
    struct dependence_search s = { .loops = loops, .grain_loop = grain_loop, .work = G_QUEUE_INIT };
    gboolean depends = FALSE;
    LLVMValueRef value;

    s.box = LLVMGetLastParam(function);
    s.seen = g_hash_table_new(NULL, NULL);
    look_at(&s, position > 0 ? LLVMGetOperand(instruction, (unsigned)position - 1) : instruction);
    while (!depends && (value = g_queue_pop_head(&s.work)))
        depends = value_depends(&s, value);
    g_queue_clear(&s.work);
    g_hash_table_unref(s.seen);
    return depends;
}
