#include "passes/callers.h"

#include "passes/barriers.h"

struct callers {
    GHashTable *known; /* set of functions */
};

static gboolean is_hidden(LLVMValueRef function)
{
    LLVMLinkage linkage = LLVMGetLinkage(function);

    return linkage == LLVMInternalLinkage || linkage == LLVMPrivateLinkage;
}

static unsigned count_operand(LLVMValueRef user, LLVMValueRef operand)
{
    unsigned n = 0;

    for (int k = 0; k < LLVMGetNumOperands(user); k++)
        n += LLVMGetOperand(user, (unsigned)k) == operand;
    return n;
}

static gboolean is_known_call(LLVMValueRef user, LLVMValueRef function, GHashTable *instrumented)
{
    return (LLVMIsACallInst(user) || LLVMIsAInvokeInst(user)) && LLVMGetCalledValue(user) == function &&
           count_operand(user, function) == 1 &&
           g_hash_table_contains(instrumented, LLVMGetBasicBlockParent(LLVMGetInstructionParent(user)));
}

static gboolean has_only_known_calls(LLVMValueRef function, GHashTable *instrumented)
{
    for (LLVMUseRef use = LLVMGetFirstUse(function); use; use = LLVMGetNextUse(use))
        if (!is_known_call(LLVMGetUser(use), function, instrumented))
            return FALSE;
    return TRUE;
}

struct callers *callers_new(LLVMModuleRef module)
{
    struct callers *callers = g_new0(struct callers, 1);
    g_autoptr(GHashTable) instrumented = g_hash_table_new(NULL, NULL);

    callers->known = g_hash_table_new(NULL, NULL);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !barriers_obstacle(f))
            g_hash_table_add(instrumented, f);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (g_hash_table_contains(instrumented, f) && is_hidden(f) && has_only_known_calls(f, instrumented))
            g_hash_table_add(callers->known, f);
    return callers;
}

void callers_free(struct callers *callers)
{
    if (!callers)
        return;
    g_hash_table_unref(callers->known);
    g_free(callers);
}

gboolean callers_are_known(const struct callers *callers, LLVMValueRef function)
{
    return callers && g_hash_table_contains(callers->known, function);
}
