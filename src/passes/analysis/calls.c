#include "passes/analysis/calls.h"

#include "passes/analysis/effects.h"
#include "passes/analysis/library.h"
#include "passes/trace/program.h"

#include <string.h>

#define ALL (CALL_COUNTS | CALL_LEAVES)

struct calls {
    GHashTable *effects;   /* function that is defined here -> its effects */
    GHashTable *returning; /* set of functions of libraries that return, once, and run no code of the program */
};

gboolean calls_handle_signals(LLVMModuleRef module)
{
    return library_find(module, LIBRARY_SIGNALS) != NULL;
}

/* Intrinsics that return and run no code of the program. */
static gboolean is_harmless_intrinsic(const char *name)
{
    static const char *const others[] = { "llvm.trap", "llvm.debugtrap", "llvm.ubsantrap",
                                          "llvm.eh.",  "llvm.longjmp",   "llvm.experimental." };

    if (!g_str_has_prefix(name, "llvm."))
        return FALSE;
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (g_str_has_prefix(name, others[i]))
            return strcmp(name, "llvm.eh.typeid.for.p0") == 0 || strcmp(name, "llvm.eh.typeid.for") == 0;
    return TRUE;
}

/* Whether another definition may replace this one when the program is linked. */
static gboolean is_replaceable(LLVMValueRef function)
{
    switch (LLVMGetLinkage(function)) {
    case LLVMExternalLinkage:
    case LLVMInternalLinkage:
    case LLVMPrivateLinkage:
    case LLVMLinkOnceODRLinkage:
    case LLVMWeakODRLinkage:
        return FALSE;
    default:
        return TRUE;
    }
}

unsigned calls_effects(const struct calls *calls, LLVMValueRef call)
{
    LLVMValueRef callee = LLVMIsAFunction(LLVMGetCalledValue(call));
    const char *name = callee ? LLVMGetValueName(callee) : "";

    if (!callee)
        return is_empty_assembly(call) ? 0 : ALL;
    if (is_harmless_intrinsic(name) || strcmp(name, TRACE_SYMBOL) == 0)
        return 0;
    if (!calls || is_replaceable(callee))
        return ALL;
    if (LLVMIsDeclaration(callee))
        return g_hash_table_contains(calls->returning, callee) ? 0 : ALL;
    return GPOINTER_TO_UINT(g_hash_table_lookup(calls->effects, callee));
}

static gboolean is_call(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return opcode == LLVMCall || opcode == LLVMInvoke || opcode == LLVMCallBr;
}

static unsigned effects_of_body(const struct calls *calls, LLVMValueRef function)
{
    unsigned effects = 0;

    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            if (is_call(i))
                effects |= calls_effects(calls, i);
            else if (LLVMGetInstructionOpcode(i) == LLVMResume)
                effects |= CALL_LEAVES;
        }
    return effects;
}

static gboolean spread(struct calls *calls, LLVMModuleRef module)
{
    gboolean changed = FALSE;

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        unsigned before = GPOINTER_TO_UINT(g_hash_table_lookup(calls->effects, f)), now = before;

        if (LLVMIsDeclaration(f) || before == ALL)
            continue;
        now |= effects_of_body(calls, f);
        g_hash_table_insert(calls->effects, f, GUINT_TO_POINTER(now));
        changed |= now != before;
    }
    return changed;
}

struct calls *calls_new(LLVMModuleRef module, GHashTable *selected)
{
    struct calls *calls = g_new0(struct calls, 1);

    calls->effects = g_hash_table_new(NULL, NULL);
    calls->returning = g_hash_table_new(NULL, NULL);
    if (!library_find(module, LIBRARY_HOOKS))
        library_add_returning(module, calls->returning);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (g_hash_table_contains(selected, f))
            g_hash_table_insert(calls->effects, f, GUINT_TO_POINTER(CALL_COUNTS));
    while (spread(calls, module))
        ;
    return calls;
}

void calls_free(struct calls *calls)
{
    if (!calls)
        return;
    g_hash_table_unref(calls->effects);
    g_hash_table_unref(calls->returning);
    g_free(calls);
}
