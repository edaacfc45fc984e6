/*
 * Answers for travel.c which values an instruction reads: operands, the store that a load read from, a call's
 * arguments, the branch that led to its block.
 */
#include "report/travel_flow.h"

#include <string.h>

void travel_program_init(struct travel_program *program, LLVMModuleRef module)
{
    GPtrArray *all = g_ptr_array_new();

    program->indices = g_hash_table_new(NULL, NULL);
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f)) {
        size_t n;
        g_autofree LLVMValueRef *some = function_instructions(f, &n);

        for (size_t i = 0; i < n; i++) {
            g_ptr_array_add(all, some[i]);
            g_hash_table_insert(program->indices, some[i], GUINT_TO_POINTER(all->len));
        }
    }
    program->n = all->len;
    program->all = (LLVMValueRef *)g_ptr_array_free(all, FALSE);
}

void travel_program_clear(struct travel_program *program)
{
    g_free(program->all);
    g_hash_table_unref(program->indices);
}

unsigned travel_index(const struct travel_program *program, LLVMValueRef value)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(program->indices, value));
}

void travel_run_init(struct travel_run *run, const struct travel_program *program)
{
    run->program = program;
    run->latest = g_new0(struct trace_entry, program->n + 1);
    run->changed = g_new0(gboolean, program->n + 1);
    run->stores = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void travel_run_clear(struct travel_run *run)
{
    g_free(run->latest);
    g_free(run->changed);
    g_hash_table_unref(run->stores);
}

/* An address as far as it is known: the result of an instruction, or, for constants, parameters and what was computed
 * before the trace begins, the value's identity. */
static gboolean address_of(const struct travel_run *run, LLVMValueRef pointer, gint64 *address)
{
    unsigned index = travel_index(run->program, pointer);

    *address = (gint64)(intptr_t)pointer;
    if (index == 0 || run->latest[index - 1].bytes == 0)
        return TRUE;
    if (run->latest[index - 1].bytes != sizeof(*address))
        return FALSE;
    memcpy(address, run->latest[index - 1].value, sizeof(*address));
    return TRUE;
}

void travel_run_step(struct travel_run *run, const struct trace_entry *entry, gboolean changed)
{
    LLVMValueRef instruction = run->program->all[entry->index - 1];
    gint64 address;

    run->latest[entry->index - 1] = *entry;
    run->changed[entry->index - 1] = changed;
    if (LLVMGetInstructionOpcode(instruction) == LLVMStore && address_of(run, LLVMGetOperand(instruction, 1), &address))
        g_hash_table_insert(run->stores, g_memdup2(&address, sizeof(address)), GUINT_TO_POINTER(entry->index));
}

unsigned travel_run_source(const struct travel_run *run, unsigned load)
{
    LLVMValueRef instruction = run->program->all[load - 1];
    gint64 address;

    if (LLVMGetInstructionOpcode(instruction) != LLVMLoad || !address_of(run, LLVMGetOperand(instruction, 0), &address))
        return 0;
    return GPOINTER_TO_UINT(g_hash_table_lookup(run->stores, &address));
}

gboolean travel_run_stores_changed(const struct travel_run *run, unsigned store)
{
    LLVMValueRef instruction = run->program->all[store - 1];

    for (unsigned k = 0; LLVMGetInstructionOpcode(instruction) == LLVMStore && k < 2; k++) {
        unsigned index = travel_index(run->program, LLVMGetOperand(instruction, k));

        if (index > 0 && run->changed[index - 1])
            return TRUE;
    }
    return FALSE;
}

static unsigned parameter_number(LLVMValueRef parameter)
{
    unsigned number = 0;

    for (LLVMValueRef p = LLVMGetPreviousParam(parameter); p; p = LLVMGetPreviousParam(p))
        number++;
    return number;
}

static gboolean is_call_of(LLVMValueRef user, LLVMValueRef function)
{
    return (LLVMIsACallInst(user) || LLVMIsAInvokeInst(user)) && LLVMGetCalledValue(user) == function;
}

static void find_arguments(const struct travel_program *program, LLVMValueRef parameter,
                           void (*found)(unsigned from, gpointer data), gpointer data)
{
    LLVMValueRef function = LLVMGetParamParent(parameter);
    unsigned number = parameter_number(parameter);

    for (LLVMUseRef use = LLVMGetFirstUse(function); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (is_call_of(user, function) && number < LLVMGetNumArgOperands(user))
            found(travel_index(program, LLVMGetOperand(user, number)), data);
    }
}

/* What a called function returns. */
static void find_returns(const struct travel_program *program, LLVMValueRef function,
                         void (*found)(unsigned from, gpointer data), gpointer data)
{
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b)) {
        LLVMValueRef end = LLVMGetBasicBlockTerminator(b);

        if (LLVMGetInstructionOpcode(end) == LLVMRet && LLVMGetNumOperands(end) > 0)
            found(travel_index(program, LLVMGetOperand(end, 0)), data);
    }
}

void travel_origins(const struct travel_program *program, unsigned index, void (*found)(unsigned from, gpointer data),
                    gpointer data)
{
    LLVMValueRef instruction = program->all[index - 1];
    LLVMValueRef callee = LLVMIsACallInst(instruction) || LLVMIsAInvokeInst(instruction)
                              ? LLVMIsAFunction(LLVMGetCalledValue(instruction))
                              : NULL;

    /* Arguments of a call go to the parameters of what it calls, where that is known. */
    if (callee && !LLVMIsDeclaration(callee)) {
        find_returns(program, callee, found, data);
        return;
    }
    for (int k = 0; k < LLVMGetNumOperands(instruction); k++) {
        LLVMValueRef operand = LLVMGetOperand(instruction, (unsigned)k);

        if (LLVMIsAArgument(operand))
            find_arguments(program, operand, found, data);
        else
            found(travel_index(program, operand), data);
    }
}

unsigned travel_decider(const struct travel_program *program, unsigned index)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(LLVMGetInstructionParent(program->all[index - 1]));

    return LLVMGetNumOperands(end) > 1 && !LLVMIsAInvokeInst(end) ? travel_index(program, LLVMGetOperand(end, 0)) : 0;
}

static char *bytes_text(const struct trace_entry *entry)
{
    GString *text = g_string_new("0x");

    trace_append_value(text, entry);
    if (text->len > 36) {
        g_string_truncate(text, 34);
        g_string_append(text, "...");
    }
    return g_string_free(text, FALSE);
}

char *travel_value_text(const struct travel_program *program, const struct trace_entry *entry)
{
    LLVMTypeRef type = LLVMTypeOf(program->all[entry->index - 1]);
    uint64_t bits = 0;
    float single;
    double real;

    if (entry->bytes == 0)
        return g_strdup("");
    memcpy(&bits, entry->value, MIN(entry->bytes, sizeof(bits)));
    memcpy(&single, &bits, sizeof(single));
    memcpy(&real, &bits, sizeof(real));
    switch (LLVMGetTypeKind(type)) {
    case LLVMFloatTypeKind:
        return g_strdup_printf("%.9g", (double)single);
    case LLVMDoubleTypeKind:
        return g_strdup_printf("%.17g", real);
    case LLVMIntegerTypeKind:
        if (LLVMGetIntTypeWidth(type) > 64)
            return bytes_text(entry);
        if (LLVMGetIntTypeWidth(type) > 1)
            bits = (uint64_t)((int64_t)(bits << (64 - LLVMGetIntTypeWidth(type))) >> (64 - LLVMGetIntTypeWidth(type)));
        return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)bits);
    default:
        return bytes_text(entry);
    }
}
