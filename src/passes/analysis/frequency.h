/*
 * An estimate of how often the blocks of a function are executed, and its edges taken, for each call of the function:
 * all successors of a block are equally likely, except those that leave a loop, unwind or end in `unreachable`; loops
 * have eight iterations.
 */
#ifndef LLTFI_PASSES_ANALYSIS_FREQUENCY_H
#define LLTFI_PASSES_ANALYSIS_FREQUENCY_H

#include "passes/analysis/loops.h"

struct frequency;

/* `loops` are the function's and must outlive it. */
struct frequency *frequency_new(LLVMValueRef function, const GPtrArray *loops);
void frequency_free(struct frequency *frequency);
typedef struct frequency frequency_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(frequency_t, frequency_free)

double frequency_of_block(const struct frequency *frequency, LLVMBasicBlockRef block);
double frequency_of_edge(const struct frequency *frequency, LLVMBasicBlockRef from, LLVMBasicBlockRef to);

#endif
