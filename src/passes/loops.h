/*
 * Natural loops of a function: LLVM-C does not hand out LLVM's own analysis.
 *
 * Blocks have numbers, in the function's order. A loop is a header that dominates the sources of its back edges, and
 * all blocks that reach one of them without passing the header.
 */
#ifndef LLTFI_LOOPS_H
#define LLTFI_LOOPS_H

#include "passes/ir.h"

struct loop {
    unsigned header;
    int parent;       /* number of the loop around it, -1: none */
    gboolean *inside; /* by block number */
};

struct loops {
    unsigned n_blocks;
    LLVMBasicBlockRef *blocks;
    GHashTable *numbers; /* block -> its number + 1 */
    GArray *loops;       /* struct loop */
    int *innermost;      /* by block number: number of the loop, -1: none */
};

struct loops *loops_new(LLVMValueRef function);
void loops_free(struct loops *loops);
typedef struct loops loops_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(loops_t, loops_free)

static inline const struct loop *loops_get(const struct loops *loops, int number)
{
    return &g_array_index(loops->loops, struct loop, number);
}

unsigned loops_block_number(const struct loops *loops, LLVMBasicBlockRef block);

/* Whether a block lies in a loop; in -1, the whole function, every block does. */
gboolean loops_contain(const struct loops *loops, int loop, unsigned block);

/* The innermost loop around both (numbers of loops, -1: the function). */
int loops_common(const struct loops *loops, int a, int b);

#endif
