/* Cutting blocks in two, which LLVM-C does not offer. */
#ifndef LLTFI_PASSES_IR_BLOCKS_H
#define LLTFI_PASSES_IR_BLOCKS_H

#include "passes/ir/ir.h"

/* Takes an instruction out of its block and puts it at another block's end, under its name. */
void instruction_move(LLVMBuilderRef builder, LLVMValueRef instruction, LLVMBasicBlockRef to);

/* Operands that have a copy in the map become it. */
void instruction_map_operands(LLVMValueRef instruction, GHashTable *copies);

/* Branches, unwinding and addresses of labels that lead to `from` lead to `to`. Phis are left alone. */
void block_redirect(LLVMBasicBlockRef from, LLVMBasicBlockRef to);

/* Moves all that stands before an instruction to a new block in front of its own, which the new one falls into. The
 * block itself keeps its end, and so the name by which phis of its successors know it. Returns the new block. */
LLVMBasicBlockRef block_split_before(LLVMBuilderRef builder, LLVMValueRef instruction);

/* The first instruction that is no phi. */
LLVMValueRef block_body(LLVMBasicBlockRef block);

/* How many edges lead to a block. */
unsigned block_count_predecessors(LLVMBasicBlockRef block);

/* A new block on the edge, or edges, from a terminator to its n-th successor. `moved` gets called for each phi that had
 * to be made anew. */
LLVMBasicBlockRef block_split_edge(LLVMBuilderRef builder, LLVMValueRef terminator, unsigned n,
                                   void (*moved)(LLVMValueRef from, LLVMValueRef to, void *data), void *data);

#endif
