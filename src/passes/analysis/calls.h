/*
 * What calls of a program may do, as far as counting is concerned. Known for the whole module, so that most calls need
 * no instrumentation.
 */
#ifndef LLTFI_PASSES_ANALYSIS_CALLS_H
#define LLTFI_PASSES_ANALYSIS_CALLS_H

#include "passes/ir/ir.h"

enum call_effect {
    CALL_COUNTS = 1 << 0, /* it may execute selected instructions */
    CALL_LEAVES = 1 << 1, /* it may not return, or return twice: exit, throw, longjmp, setjmp */
};

struct calls;

/* `selected`: the set of the functions with selected instructions, all of them or fewer. */
struct calls *calls_new(LLVMModuleRef module, GHashTable *selected);
void calls_free(struct calls *calls);
typedef struct calls calls_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(calls_t, calls_free)

/* A set of enum call_effect for a call or invoke. NULL calls: only what is known of intrinsics. */
unsigned calls_effects(const struct calls *calls, LLVMValueRef call);

/* Whether the module may handle signals, so that a handler may run between any two instructions. */
gboolean calls_handle_signals(LLVMModuleRef module);

#endif
