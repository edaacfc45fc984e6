/* Splitting blocks and edges, which LLVM-C does not offer. */
#ifndef LLTFI_PASSES_IR_BLOCKS_H
#define LLTFI_PASSES_IR_BLOCKS_H

#include "passes/ir/ir.h"

/* Moves an instruction to the end of another block and keeps its name. */
void instruction_move(LLVMBuilderRef builder, LLVMValueRef instruction, LLVMBasicBlockRef to);

/* Replaces operands that have a copy in the map by it. */
void instruction_map_operands(LLVMValueRef instruction, GHashTable *copies);

/* Makes branches, unwind edges and block addresses that refer to `from` refer to `to`. Phis are not changed. */
void block_redirect(LLVMBasicBlockRef from, LLVMBasicBlockRef to);

/* Moves everything before an instruction to a new block that branches to the instruction's block. The latter keeps its
 * terminator, so that phis of its successors need not change. Returns the new block. */
LLVMBasicBlockRef block_split_before(LLVMBuilderRef builder, LLVMValueRef instruction);

/* The first instruction that is not a phi. */
LLVMValueRef block_body(LLVMBasicBlockRef block);

/* How many edges lead to a block. */
unsigned block_count_predecessors(LLVMBasicBlockRef block);

/* Inserts a new block on the edge, or edges, from a terminator to its n-th successor. `moved` is called for each phi
 * that was replaced. */
LLVMBasicBlockRef block_split_edge(LLVMBuilderRef builder, LLVMValueRef terminator, unsigned n,
                                   void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data), void *data);

#endif
