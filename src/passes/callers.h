/*
 * Functions that control enters only by calls which are seen here: internal ones whose address nobody takes, called
 * directly from functions that are instrumented as well. What is done or known before each of their calls holds when
 * they begin.
 */
#ifndef LLTFI_CALLERS_H
#define LLTFI_CALLERS_H

#include "passes/ir.h"

struct callers;

struct callers *callers_new(LLVMModuleRef module);
void callers_free(struct callers *callers);
typedef struct callers callers_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(callers_t, callers_free)

/* Whether all callers of a function are known. NULL callers: nothing is known. */
gboolean callers_are_known(const struct callers *callers, LLVMValueRef function);

#endif
