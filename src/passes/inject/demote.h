/*
 * Values that are used in another block, and phis, go through stack slots, so that blocks can be copied and entered
 * from elsewhere. mem2reg makes registers of the slots again.
 *
 *     a:                                       a:
 *       %x = add i32 %n, 1                       %x = add i32 %n, 1
 *       br label %b                              store i32 %x, ptr %x.slot
 *     b:                                         br label %b
 *       %y = phi i32 [ %x, %a ], ...           b:
 *       %z = mul i32 %y, %x                      %y = load i32, ptr %y.slot    ; stored at the end of %a as well
 *                                                %x.1 = load i32, ptr %x.slot
 *                                                %z = mul i32 %y, %x.1
 */
#ifndef LLTFI_PASSES_INJECT_DEMOTE_H
#define LLTFI_PASSES_INJECT_DEMOTE_H

#include "passes/ir/ir.h"

#define PIN_SYMBOL "lltfi_pin"

/* Does this for all blocks but the entry block, where the slots are. Before, invokes must return to blocks of their
 * own, and landing pads be alone before a branch. `moved` is called for each phi that became a load. Returns the slots
 * by their values. */
GHashTable *function_demote(LLVMValueRef function, void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data),
                            void *data);

/* Protects the stack slots that the entry block has now from mem2reg, until pass_inject_program_clean: adds a call that
 * takes their addresses. */
void function_pin(LLVMValueRef function);

/* A slot in the entry block, at its beginning. */
LLVMValueRef function_slot(LLVMValueRef function, LLVMTypeRef type, const char *name);

/* Makes uses in blocks other than the value's own and the entry block load it from the slot. */
void value_load_uses(LLVMValueRef value, LLVMValueRef slot);

#endif
