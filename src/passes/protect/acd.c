/* Arithmetic chain duplication: chains by data flow inside a block are computed twice and compared at their end. */
#include "passes/protect/chains.h"

static gboolean is_in_one_block(const struct duplication *d, LLVMValueRef definition, LLVMValueRef user)
{
    return g_hash_table_lookup(d->home, definition) == g_hash_table_lookup(d->home, user);
}

/* Computes the chain up to an instruction again, at the builder's place. */
static LLVMValueRef again(struct duplication *d, LLVMValueRef instruction, GHashTable *done)
{
    LLVMValueRef copy = g_hash_table_lookup(done, instruction);

    if (copy)
        return copy;
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)k);

        if (g_hash_table_contains(d->members, operand) && !LLVMIsAPHINode(operand) &&
            is_in_one_block(d, operand, instruction))
            again(d, operand, done);
    }
    copy = copy_instruction(d, instruction, done, 2);
    g_hash_table_insert(done, instruction, copy);
    return copy;
}

static LLVMValueRef compute_chain_again(struct duplication *d, LLVMValueRef original, gpointer data G_GNUC_UNUSED)
{
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

    return again(d, original, done);
}

void protect_acd(struct duplication *d)
{
    static const struct chain_order order = { is_in_one_block, FALSE, compute_chain_again };

    protect_chains(d, &order);
}
