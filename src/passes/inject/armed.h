/* What the forms that inject share: the armed copies of blocks (inject.c). */
#ifndef LLTFI_PASSES_INJECT_ARMED_H
#define LLTFI_PASSES_INJECT_ARMED_H

#include "passes/inject/barriers.h"
#include "passes/inject/gates.h"

/* A function on its way to its armed form. */
struct injector {
    LLVMModuleRef module;
    LLVMValueRef function;
    LLVMBuilderRef builder;
    LLVMTypeRef i32, i64, pointer;
    LLVMValueRef countdown; /* the stack slot that becomes the register */
    LLVMValueRef inject, step, hold, release, settle;
    LLVMTypeRef inject_type, step_type, hold_type, release_type, settle_type;
    GHashTable *sites;  /* instruction -> its number in `list` + 1 */
    GHashTable *struck; /* type -> the slot where values of it are struck */
    const GArray *list;
    unsigned first_site;
    /* Programs only, else NULL. */
    const struct barriers *barriers;
    GHashTable *tails;        /* set of instructions that stay behind both copies: calls and what follows them */
    struct gate_order *gates; /* of the blocks, in place of checks */
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

/* Head, plain and armed copy of a block that has sites. */
void injector_split(struct injector *in, LLVMBasicBlockRef block);

/*
 * What armed copies call (runtime/shared/inject.h), at the builder's place. `number` is the site's.
 */

/* Passes a value through lltfi_inject. Returns what it comes to. */
LLVMValueRef injector_strike(struct injector *in, LLVMValueRef value, unsigned number, int reg_index, int n_registers,
                             unsigned width);
/* Behind a selected instruction. */
void injector_step(struct injector *in);
/* Behind the copy. */
void injector_settle(struct injector *in);
/* A fault that goes into a call's result while the call's operands are sites as well: it is held, and released when the
 * call has come back. Uses of the result take what comes of it. */
LLVMValueRef injector_hold(struct injector *in, unsigned number, int reg_index, int n_registers);
void injector_release(struct injector *in, LLVMValueRef call, LLVMValueRef held, unsigned number, int reg_index,
                      unsigned width);

#endif
