#include "passes/analysis/slice.h"

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

static void close_over(GHashTable *set, void (*step)(GHashTable *, GQueue *, LLVMValueRef))
{
    GQueue work = G_QUEUE_INIT;
    GHashTableIter iter;
    gpointer member;

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &member, NULL))
        g_queue_push_tail(&work, member);
    while ((member = g_queue_pop_head(&work)))
        step(set, &work, member);
    g_queue_clear(&work);
}

void slice_forward(GHashTable *set)
{
    close_over(set, add_users);
}

void slice_backward(GHashTable *set)
{
    close_over(set, add_operands);
}
