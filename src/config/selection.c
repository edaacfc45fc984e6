/* Setters for entries of instSelMethod and for the registers that are sites. */
#include "config/campaign.h"
#include "config/schema.h"
#include "config/software_faults.h"
#include "config/words.h"

#include "base/errors.h"

#include <string.h>

static gboolean find_opcode(const char *name, unsigned *opcode, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *meant = NULL, *given = NULL;

    *opcode = opcode_number(name);
    if (*opcode)
        return TRUE;
    for (unsigned o = 1; o < OPCODE_COUNT; o++)
        if (opcode_name(o))
            g_ptr_array_add(names, (gpointer)opcode_name(o));
    g_ptr_array_add(names, NULL);
    meant = suggestion(name, (const char *const *)names->pdata);
    given = shown(name);
    g_set_error(
        error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
        "'%s' is not an instruction%s; allowed: LLVM's mnemonics (fadd, fmul, fcmp, load, getelementptr...) and, "
        "for include, all",
        given, meant);
    return FALSE;
}

gboolean entry_include_opcode(struct instruction_selection *entry, const char *name, GError **error)
{
    unsigned opcode;

    if (strcmp(name, "all") == 0) {
        entry->include_all = TRUE;
        return TRUE;
    }
    if (!find_opcode(name, &opcode, error))
        return FALSE;
    entry->include_opcode[opcode] = TRUE;
    return TRUE;
}

gboolean entry_exclude_opcode(struct instruction_selection *entry, const char *name, GError **error)
{
    unsigned opcode;

    if (!find_opcode(name, &opcode, error))
        return FALSE;
    entry->exclude_opcode[opcode] = TRUE;
    return TRUE;
}

static gboolean add_function(GPtrArray *functions, const char *name, GError **error)
{
    if (!*name) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                            "a function's name is missing: `lltfi profile` lists a model's functions");
        return FALSE;
    }
    g_ptr_array_add(functions, g_strdup(name));
    return TRUE;
}

gboolean entry_include_function(struct instruction_selection *entry, const char *name, GError **error)
{
    if (strcmp(name, "all") != 0)
        return add_function(entry->include_functions, name, error);
    entry->include_all = TRUE;
    return TRUE;
}

gboolean entry_exclude_function(struct instruction_selection *entry, const char *name, GError **error)
{
    return add_function(entry->exclude_functions, name, error);
}

gboolean entry_include_index(struct instruction_selection *entry, const char *text, GError **error)
{
    int64_t number;
    unsigned index;

    if (!integer_parse(text, 1, G_MAXUINT32, &number, error))
        return FALSE;
    index = (unsigned)number;
    g_array_append_val(entry->indices, index);
    return TRUE;
}

gboolean entry_add_slice(struct instruction_selection *entry, const char *name, GError **error)
{
    static const struct word directions[] = { { "forward", TRUE }, { "backward", FALSE }, { NULL } };
    int forward;

    if (!word_parse(directions, name, &forward, error))
        return FALSE;
    *(forward ? &entry->forward : &entry->backward) = TRUE;
    return TRUE;
}

/* The value of a register word: enum register_method, with the N of srcregN in the higher bits. */
#define SOURCE(n) (REGISTER_SOURCE | (n) << 8)
static const struct word registers[] = {
    { "dstreg", REGISTER_DESTINATION },
    { "srcreg1", SOURCE(1) },
    { "srcreg2", SOURCE(2) },
    { "srcreg3", SOURCE(3) },
    { "srcreg4", SOURCE(4) },
    { "allsrcreg", REGISTER_ALL_SOURCES },
    { "allreg", REGISTER_ALL },
    { "onlyconstint", REGISTER_ONLY_CONST_INT },
    { "FuncArgRegSelector", REGISTER_FUNCTION_ARGUMENT },
    { "RetValRegSelector", REGISTER_RETURN_VALUE },
    { "FuncDestRegSelector", REGISTER_FUNCTION_DESTINATION },
    { NULL },
};

gboolean register_method_parse(const char *text, struct selection *selection, GError **error)
{
    int value;

    if (names_software_fault(text))
        return register_software_parse(text, selection, error);
    if (!word_parse(registers, text, &value, error))
        return FALSE;
    selection->registers = (enum register_method)(value & 0xff);
    selection->source = value >> 8;
    selection->software = NULL;
    return TRUE;
}

const char *register_method_name(const struct selection *selection)
{
    return selection->software ? selection->software->name
                               : word_text(registers, (int)selection->registers | selection->source << 8);
}
