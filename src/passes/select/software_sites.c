#include "passes/select/software_sites.h"

#include "passes/ir/names.h"

#include <string.h>

static gboolean is_call(LLVMValueRef instruction)
{
    LLVMOpcode opcode = LLVMGetInstructionOpcode(instruction);

    return opcode == LLVMCall || opcode == LLVMInvoke;
}

/* The name of the function of a direct call, as in the source: "fread", "ns::f". Intrinsics have LLVM's names. */
static char *callee_name(LLVMValueRef call)
{
    size_t length;
    const char *symbol =
        LLVMIsAFunction(LLVMGetCalledValue(call)) ? LLVMGetValueName2(LLVMGetCalledValue(call), &length) : "";

    return function_shown_name(symbol);
}

/* Intrinsics for the optimizer and for debuggers, which execute nothing. */
static gboolean is_marker(const char *name)
{
    static const char *const markers[] = { "llvm.dbg", "llvm.lifetime", "llvm.expect", "llvm.assume", "llvm.stack" };

    for (size_t m = 0; m < G_N_ELEMENTS(markers); m++)
        if (g_str_has_prefix(name, markers[m]))
            return TRUE;
    return FALSE;
}

static gboolean matches(const struct software_trigger *trigger, LLVMValueRef instruction)
{
    g_autofree char *name = NULL;

    if (trigger->place == PLACE_RETURN)
        return LLVMGetInstructionOpcode(instruction) == LLVMRet && LLVMGetNumOperands(instruction) == 1;
    if (!is_call(instruction))
        return FALSE;
    name = callee_name(instruction);
    if (trigger->place == PLACE_CALLS_LIKE)
        return strstr(name, trigger->function) != NULL;
    return strcmp(trigger->function, "all") == 0 ? !is_marker(name) : strcmp(name, trigger->function) == 0;
}

static gboolean has_index(const struct software_fault *fault, unsigned index)
{
    for (guint i = 0; i < fault->indices->len; i++)
        if (g_array_index(fault->indices, unsigned, i) == index)
            return TRUE;
    return fault->indices->len == 0;
}

gboolean software_selects(const struct software_fault *fault, LLVMValueRef instruction, unsigned index)
{
    for (guint t = 0; t < fault->triggers->len; t++)
        if (matches(fault->triggers->pdata[t], instruction))
            return has_index(fault, index);
    return FALSE;
}

static void add(GArray *positions, int position)
{
    for (guint p = 0; p < positions->len; p++)
        if (g_array_index(positions, int, p) == position)
            return;
    g_array_append_val(positions, position);
}

void software_positions(const struct software_fault *fault, LLVMValueRef instruction, GArray *positions)
{
    for (guint t = 0; t < fault->triggers->len; t++) {
        const struct software_trigger *trigger = fault->triggers->pdata[t];

        if (!matches(trigger, instruction))
            continue;
        if (trigger->arguments->len == 0)
            add(positions, trigger->place == PLACE_RETURN ? 1 : 0);
        for (guint a = 0; a < trigger->arguments->len; a++)
            if (g_array_index(trigger->arguments, int, a) < (int)LLVMGetNumArgOperands(instruction))
                add(positions, g_array_index(trigger->arguments, int, a) + 1);
    }
}
