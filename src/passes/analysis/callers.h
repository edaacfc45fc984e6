/*
 * Functions whose callers are all known: internal functions whose address is not taken, called directly from functions
 * that are instrumented as well. Their entries are the sum of these calls, and what holds before each of the calls (the
 * thread has counters of its own) holds when they begin.
 */
#ifndef LLTFI_PASSES_ANALYSIS_CALLERS_H
#define LLTFI_PASSES_ANALYSIS_CALLERS_H

#include "passes/ir/ir.h"

struct callers;

struct callers *callers_new(LLVMModuleRef module);
void callers_free(struct callers *callers);
typedef struct callers callers_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(callers_t, callers_free)

/* The number of a function whose callers are all known, from 1 on; 0: they are not. Callers have lower numbers than the
 * functions that they call, except in recursion. NULL callers: nothing is known. */
unsigned callers_number(const struct callers *callers, LLVMValueRef function);
unsigned callers_count(const struct callers *callers);

/* The number of the function that an instruction calls; 0: it is not a call, or the callers are not known. */
unsigned callers_number_of_call(const struct callers *callers, LLVMValueRef instruction);

#endif
