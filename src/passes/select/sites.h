/*
 * Selecting sites: which registers of which static instructions a fault may hit.
 *
 * Instructions are numbered (LLFI index) from 1 in module order: a model's are those of its layers' scalar forms, one
 * layer after the other. One predicate serves profile and injection, so that the cycles of both agree.
 */
#ifndef LLTFI_PASSES_SELECT_SITES_H
#define LLTFI_PASSES_SELECT_SITES_H

#include "config/selection.h"
#include "passes/ir/ir.h"

/* LLVM's internal number of an instruction's opcode, as LLFI's insttype ("fadd" is 14); LLVM-C numbers differ. */
unsigned instruction_opcode(LLVMValueRef instruction);

/* The source file that an instruction comes from, an interned string, and the line there; NULL and 0 where there is no
 * debug information. */
const char *instruction_source(LLVMValueRef instruction, unsigned *line);

/* The instructions of a function in order, without those that were marked as added; free with g_free. */
LLVMValueRef *function_instructions(LLVMValueRef function, size_t *count);

/* Marks an instruction that a pass added, so that later passes still find the program's own ones by their number. */
void instruction_add_mark(LLVMValueRef instruction);
void instruction_remove_mark(LLVMValueRef instruction);

/*
 * The sites of one function. `first_index` is the LLFI index of its first instruction; *count receives the number of
 * its instructions. The result holds struct site, in order of the instructions; selected instructions that can't be
 * struck (no value, landingpad, memcpy...) are left out.
 */
GArray *function_sites(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                       unsigned first_index, size_t *count);
/* The same, with the module's texts (texts.h), for many functions of one module; *left_out grows by the number of
 * selected instructions that are left out. */
GArray *function_sites_counted(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                               GHashTable *texts, unsigned first_index, size_t *count, unsigned *left_out);
/* The instructions of `all` that are selected, even if they can't be struck, as a set; their indices begin with
 * `first_index`. */
GHashTable *instructions_selected(LLVMValueRef function, const struct layer *layer, const struct selection *selection,
                                  LLVMValueRef *all, size_t n, unsigned first_index);
/* By instruction: whether it is selected, even if it can't be struck. Free with g_free. */
gboolean *function_selected(LLVMValueRef function, const struct selection *selection, unsigned first_index,
                            size_t *count);
void site_clear(gpointer site); /* for g_array_set_clear_func */

/* Register `position` of an instruction: 0 the result, k operand k-1. */
LLVMValueRef site_register_value(LLVMValueRef instruction, int position);

/* Bits of a value of this type when it is stored in a register: 1 for i1, 128 for <4 x float>; 0 where it has no size.
 */
unsigned type_width(LLVMTypeRef type);

#endif
