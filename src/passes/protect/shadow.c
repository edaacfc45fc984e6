/*
 * Shadows: chains are followed through phis, so that a sum that a loop computes has a shadow sum, which is compared
 * once, where the sum leaves the loop. A vote has two shadows.
 */
#include "passes/protect/chains.h"

static gboolean is_anywhere(const struct duplication *d G_GNUC_UNUSED, LLVMValueRef definition G_GNUC_UNUSED,
                            LLVMValueRef user G_GNUC_UNUSED)
{
    return TRUE;
}

static LLVMValueRef second_shadow(struct duplication *d G_GNUC_UNUSED, LLVMValueRef original, gpointer data)
{
    const struct chains *chains = data;

    return g_hash_table_lookup(chains->thirds, original);
}

void protect_shadow(struct duplication *d)
{
    static const struct chain_order order = { is_anywhere, TRUE, second_shadow };

    protect_chains(d, &order);
}
