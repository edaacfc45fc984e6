/* What the forms that inject share: the armed copies of blocks (inject.c). */
#ifndef LLTFI_ARMED_H
#define LLTFI_ARMED_H

#include "passes/barriers.h"

/* A function on its way to its armed form. */
struct injector {
    LLVMModuleRef module;
    LLVMValueRef function;
    LLVMBuilderRef builder;
    LLVMTypeRef i32, i64, pointer;
    LLVMValueRef countdown; /* the stack slot that becomes the register */
    LLVMValueRef inject, step, hold, release;
    LLVMTypeRef inject_type, step_type, hold_type, release_type;
    LLVMValueRef near; /* what to ask when the fault is near, in programs without threads */
    LLVMTypeRef near_type;
    gboolean asks;     /* each block does */
    GHashTable *sites; /* instruction -> its number in `list` + 1 */
    const GArray *list;
    unsigned first_site;
    /* Programs only, else NULL. */
    const struct barriers *barriers;
    GHashTable *tails; /* set of instructions that stay behind both copies: calls, and where the countdown goes from and
                          to memory */
    LLVMValueRef shared; /* the global, where all threads take from one countdown; NULL: it is in a register */
};

/* Finds the instructions of the sites, before any block is cut. */
void injector_init(struct injector *in, LLVMValueRef function, const GArray *sites, unsigned first_index,
                   unsigned first_site);
void injector_clear(struct injector *in);

/* What armed copies call; more of it where there are barriers. */
void injector_declare_runtime(struct injector *in);

/* Selected instructions that are counted at a block's check. */
unsigned injector_count_sites(const struct injector *in, LLVMBasicBlockRef block);

/* An entry block of its own, with the stack slots that are no sites. Returns what was the entry. */
LLVMBasicBlockRef injector_add_entry(struct injector *in);

/* A stack slot in the entry block. */
LLVMValueRef injector_slot(struct injector *in, LLVMTypeRef type, const char *name);

/* The runtime's countdown. */
LLVMValueRef injector_global(struct injector *in);

/* A block for where a check finds the fault among the next `size` selected instructions: asks the runtime
 * (lltfi_near) for the countdown that counts, instead of `before`, and goes on to `armed`, or takes the size from it
 * and goes to `far`. taken: for `armed` as well. */
LLVMBasicBlockRef injector_ask(const struct injector *in, LLVMBasicBlockRef far, LLVMBasicBlockRef armed,
                               LLVMValueRef before, LLVMValueRef size, gboolean taken);

/* Head, plain and armed copy of a block that has sites. */
void injector_split(struct injector *in, LLVMBasicBlockRef block);

#endif
