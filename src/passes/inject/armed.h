/* What the injecting passes for layers (layer.c) and programs (program.c) share: the armed copies of blocks. */
#ifndef LLTFI_PASSES_INJECT_ARMED_H
#define LLTFI_PASSES_INJECT_ARMED_H

#include "passes/inject/barriers.h"
#include "passes/inject/gates.h"

/* A function that is being instrumented. */
struct injector {
    LLVMModuleRef module;
    LLVMValueRef function;
    LLVMBuilderRef builder;
    LLVMTypeRef i32, i64, pointer;
    LLVMValueRef countdown; /* a stack slot, which mem2reg makes a register */
    LLVMValueRef inject, step, hold, release, settle;
    LLVMTypeRef inject_type, step_type, hold_type, release_type, settle_type;
    GHashTable *sites;  /* instruction -> its number in `list` + 1 */
    GHashTable *struck; /* type -> the slot where values of it are struck */
    const GArray *list;
    unsigned first_site;
    /* Programs only, else NULL. */
    const struct barriers *barriers;
    GHashTable *tails;        /* set of instructions that are executed after either copy: calls and what follows them */
    struct gate_order *gates; /* blocks have gates instead of checks */
};

/* Finds the instructions of the sites, before any block is split. */
void injector_init(struct injector *in, LLVMValueRef function, const GArray *sites, unsigned first_index,
                   unsigned first_site);
void injector_clear(struct injector *in);

/* Declares the runtime functions that armed copies call. */
void injector_declare_runtime(struct injector *in);

/* The number of selected instructions that are counted at a block's check. */
unsigned injector_count_sites(const struct injector *in, LLVMBasicBlockRef block);

/* Adds a new entry block and moves the stack slots that are not sites there. Returns the block that was the entry. */
LLVMBasicBlockRef injector_add_entry(struct injector *in);

/* A stack slot in the entry block. */
LLVMValueRef injector_slot(struct injector *in, LLVMTypeRef type, const char *name);

/* Splits a block that has sites into head, plain copy, armed copy and, if necessary, a join block. */
void injector_split(struct injector *in, LLVMBasicBlockRef block);

/*
 * Calls of the runtime (runtime/shared/inject.h) from armed copies, at the builder's place. `number` is the site's.
 */

/* Passes a value through lltfi_inject. Returns the value after that. */
LLVMValueRef injector_strike(struct injector *in, LLVMValueRef value, unsigned number, int reg_index, int n_registers,
                             unsigned width);
/* After a selected instruction. */
void injector_step(struct injector *in);
/* After the copy. */
void injector_settle(struct injector *in);
/* For a call whose operands and result are registers of one site: the fault is held before the call and released into
 * the result after it. Uses of the result then use the released value. */
LLVMValueRef injector_hold(struct injector *in, unsigned number, int reg_index, int n_registers);
void injector_release(struct injector *in, LLVMValueRef call, LLVMValueRef held, unsigned number, int reg_index,
                      unsigned width);

#endif
