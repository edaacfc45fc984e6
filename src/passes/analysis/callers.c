#include "passes/analysis/callers.h"

#include "passes/inject/barriers.h"

struct callers {
    GHashTable *known; /* function -> its number */
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

static GHashTable *find_known(LLVMModuleRef module)
{
    g_autoptr(GHashTable) instrumented = g_hash_table_new(NULL, NULL);
    GHashTable *known = g_hash_table_new(NULL, NULL);

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (!LLVMIsDeclaration(f) && !barriers_obstacle(f))
            g_hash_table_add(instrumented, f);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (g_hash_table_contains(instrumented, f) && is_hidden(f) && has_only_known_calls(f, instrumented))
            g_hash_table_insert(known, f, GUINT_TO_POINTER(0));
    return known;
}

/* A function on the path of a search, and how far its calls have been followed. */
struct callers_visit {
    LLVMValueRef function, instruction;
};

static LLVMValueRef next_instruction(LLVMValueRef instruction)
{
    LLVMBasicBlockRef block = LLVMGetInstructionParent(instruction);
    LLVMValueRef next = LLVMGetNextInstruction(instruction);

    while (!next && (block = LLVMGetNextBasicBlock(block)))
        next = LLVMGetFirstInstruction(block);
    return next;
}

static LLVMValueRef known_callee(GHashTable *known, LLVMValueRef instruction)
{
    LLVMValueRef callee =
        LLVMIsACallInst(instruction) || LLVMIsAInvokeInst(instruction) ? LLVMGetCalledValue(instruction) : NULL;

    return callee && g_hash_table_contains(known, callee) ? callee : NULL;
}

/* Appends the known functions that are reached from here, each after those that it calls. */
static void follow(GHashTable *known, LLVMValueRef root, GHashTable *seen, GPtrArray *order)
{
    g_autoptr(GArray) path = g_array_new(FALSE, FALSE, sizeof(struct callers_visit));
    struct callers_visit next = { root, NULL };

    if (g_hash_table_add(seen, root))
        g_array_append_val(path, next);
    while (path->len > 0) {
        struct callers_visit *visit = &g_array_index(path, struct callers_visit, path->len - 1);

        visit->instruction = visit->instruction ? next_instruction(visit->instruction)
                                                : LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(visit->function));
        if (!visit->instruction) {
            if (g_hash_table_contains(known, visit->function))
                g_ptr_array_add(order, visit->function);
            g_array_set_size(path, path->len - 1);
            continue;
        }
        next.function = known_callee(known, visit->instruction);
        if (next.function && g_hash_table_add(seen, next.function))
            g_array_append_val(path, next);
    }
}

struct callers *callers_new(LLVMModuleRef module)
{
    struct callers *callers = g_new0(struct callers, 1);
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) order = g_ptr_array_new();

    callers->known = find_known(module);
    for (int pass = 0; pass < 2; pass++)
        for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
            if (!LLVMIsDeclaration(f) && (pass == 1 || !g_hash_table_contains(callers->known, f)))
                follow(callers->known, f, seen, order);
    for (guint f = 0; f < order->len; f++)
        g_hash_table_insert(callers->known, order->pdata[f], GUINT_TO_POINTER(order->len - f));
    return callers;
}

void callers_free(struct callers *callers)
{
    if (!callers)
        return;
    g_hash_table_unref(callers->known);
    g_free(callers);
}

unsigned callers_number(const struct callers *callers, LLVMValueRef function)
{
    return callers ? GPOINTER_TO_UINT(g_hash_table_lookup(callers->known, function)) : 0;
}

unsigned callers_count(const struct callers *callers)
{
    return callers ? g_hash_table_size(callers->known) : 0;
}

unsigned callers_number_of_call(const struct callers *callers, LLVMValueRef instruction)
{
    LLVMValueRef callee = callers ? known_callee(callers->known, instruction) : NULL;

    return callee ? callers_number(callers, callee) : 0;
}
