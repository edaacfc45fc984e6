#include "passes/analysis/slice.h"

/* One step of a slice: adds to the set, and to the work, what belongs to it because of an instruction. */
typedef void (*slice_step)(GHashTable *set, GQueue *work, LLVMValueRef instruction);

static void add(GHashTable *set, GQueue *work, LLVMValueRef value)
{
    if (LLVMIsAInstruction(value) && g_hash_table_add(set, value))
        g_queue_push_tail(work, value);
}

static void add_users(GHashTable *set, GQueue *work, LLVMValueRef instruction)
{
    for (LLVMUseRef use = LLVMGetFirstUse(instruction); use; use = LLVMGetNextUse(use))
        add(set, work, LLVMGetUser(use));
}

static void add_operands(GHashTable *set, GQueue *work, LLVMValueRef instruction)
{
    for (int i = 0; i < LLVMGetNumOperands(instruction); i++)
        add(set, work, LLVMGetOperand(instruction, (unsigned)i));
}

/* `may_go_through`: of which instructions a step is taken; NULL: of all. */
static void close_over(GHashTable *set, slice_step step, gboolean (*may_go_through)(LLVMValueRef instruction))
{
    GQueue work = G_QUEUE_INIT;
    GHashTableIter iter;
    gpointer member;

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &member, NULL))
        g_queue_push_tail(&work, member);
    while ((member = g_queue_pop_head(&work)))
        if (!may_go_through || may_go_through(member))
            step(set, &work, member);
    g_queue_clear(&work);
}

void slice_forward(GHashTable *set)
{
    close_over(set, add_users, NULL);
}

void slice_backward(GHashTable *set)
{
    close_over(set, add_operands, NULL);
}

void slice_backward_through(GHashTable *set, gboolean (*may_go_through)(LLVMValueRef instruction))
{
    close_over(set, add_operands, may_go_through);
}
