/*
 * Functions that control enters only by calls which are seen here: internal ones whose address nobody takes, called
 * directly from functions that are instrumented as well. What is done or known before each of their calls holds when
 * they begin.
 */
#ifndef LLTFI_PASSES_ANALYSIS_CALLERS_H
#define LLTFI_PASSES_ANALYSIS_CALLERS_H

#include "passes/ir/ir.h"

struct callers;

struct callers *callers_new(LLVMModuleRef module);
void callers_free(struct callers *callers);
typedef struct callers callers_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(callers_t, callers_free)

/* Numbers functions all of whose callers are known from 1 on, callers before those that they call as far as calls go
 * round in no circle; 0: they are not known. NULL callers: nothing is known. */
unsigned callers_number(const struct callers *callers, LLVMValueRef function);
unsigned callers_count(const struct callers *callers);

/* The number of the function that a call enters; 0: it is none, or its callers are not known. */
unsigned callers_number_of_call(const struct callers *callers, LLVMValueRef instruction);

#endif
