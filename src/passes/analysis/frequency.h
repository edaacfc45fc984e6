/*
 * How often blocks of a function run and edges are taken for each call of the function, as a guess: each way out of a
 * block is as likely as the others, but for what leaves a loop, unwinds or ends in `unreachable`; loops go round eight
 * times.
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
