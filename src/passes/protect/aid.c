/* Arithmetic instruction duplication: every instruction is computed twice and compared at once. */
#include "passes/protect/duplicate.h"

static LLVMValueRef compute_again(struct duplication *d, LLVMValueRef original, gpointer data G_GNUC_UNUSED)
{
    return copy_instruction(d, original, NULL, 2);
}

/* All users of a value but its copy, as a set. */
static GHashTable *users_of(LLVMValueRef value)
{
    GHashTable *users = g_hash_table_new(NULL, NULL);

    for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        g_hash_table_add(users, LLVMGetUser(use));
    return users;
}

static void protect_one(struct duplication *d, LLVMValueRef instruction)
{
    LLVMValueRef next = LLVMGetNextInstruction(instruction), copy, checked;
    g_autoptr(GHashTable) users = users_of(instruction);

    LLVMPositionBuilderBefore(d->builder, next);
    copy = copy_instruction(d, instruction, NULL, 1);
    if (!copy)
        return;
    checked = build_check(d, instruction, copy, next, compute_again, NULL);
    if (checked != instruction)
        replace_uses(instruction, checked, users);
}

void protect_aid(struct duplication *d)
{
    for (guint i = d->selected->len; i-- > 0;)
        if (LLVMIsAPHINode(d->selected->pdata[i]))
            g_ptr_array_remove_index(d->selected, i);
    for (guint i = 0; i < d->selected->len; i++)
        protect_one(d, d->selected->pdata[i]);
}
