/* Options that select instructions and registers; in a file they are below compileOption, which compile_option.c reads.
 */
#include "config/settings.h"

#include "base/errors.h"

static gboolean include_opcode(gpointer entry, const char *name, GError **error)
{
    return entry_include_opcode(entry, name, error);
}

static gboolean exclude_opcode(gpointer entry, const char *name, GError **error)
{
    return entry_exclude_opcode(entry, name, error);
}

static gboolean include_function(gpointer entry, const char *name, GError **error)
{
    return entry_include_function(entry, name, error);
}

static gboolean include_index(gpointer entry, const char *text, GError **error)
{
    return entry_include_index(entry, text, error);
}

static gboolean add_slice(gpointer entry, const char *name, GError **error)
{
    return entry_add_slice(entry, name, error);
}

static struct instruction_selection *find_entry(const struct campaign *campaign, enum selection_method method)
{
    for (guint e = 0; e < campaign->selection.entries->len; e++) {
        struct instruction_selection *entry = campaign->selection.entries->pdata[e];

        if (entry->method == method)
            return entry;
    }
    return NULL;
}

static void new_opcodes(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_OPCODE);
}

static void new_functions(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_FUNCTION);
}

static void new_indices(struct campaign *campaign)
{
    selection_replace(&campaign->selection, SELECT_INDEX);
}

static gboolean set_opcodes(struct campaign *campaign, const char *text, GError **error)
{
    return setting_each_word(text, include_opcode, find_entry(campaign, SELECT_OPCODE), error);
}

static gboolean set_excluded(struct campaign *campaign, const char *text, GError **error)
{
    struct instruction_selection *entry = find_entry(campaign, SELECT_OPCODE);

    return entry ? setting_each_word(text, exclude_opcode, entry, error)
                 : set_error(error, LLTFI_ERROR_USAGE, "it needs a selection to exclude from: insttype all, exclude %s",
                             text);
}

static gboolean set_functions(struct campaign *campaign, const char *text, GError **error)
{
    return setting_each_word(text, include_function, find_entry(campaign, SELECT_FUNCTION), error);
}

static gboolean set_indices(struct campaign *campaign, const char *text, GError **error)
{
    return setting_each_word(text, include_index, find_entry(campaign, SELECT_INDEX), error);
}

/* Adds slices to every entry. */
static gboolean set_slices(struct campaign *campaign, const char *text, GError **error)
{
    GPtrArray *entries = campaign->selection.entries;

    if (entries->len == 0)
        selection_add(&campaign->selection, SELECT_DEFAULT);
    for (guint e = 0; e < entries->len; e++)
        if (!setting_each_word(text, add_slice, entries->pdata[e], error))
            return FALSE;
    return TRUE;
}

gboolean setting_check_fault(const struct campaign *campaign, const char *name, GError **error)
{
    g_autofree char *choices = fault_choices();

    return campaign->is_program || !names_software_fault(name) ||
           set_error(error, LLTFI_ERROR_USAGE,
                     "'%s' is a software fault: it changes calls of a C program, which a model does not have; use %s",
                     name, choices);
}

static gboolean set_registers(struct campaign *campaign, const char *text, GError **error)
{
    return setting_check_fault(campaign, text, error) && register_method_parse(text, &campaign->selection, error);
}

const struct key site_keys[] = {
    { "insttype", KEY_CUSTOM, 0,
      .option = { "insttype", 0, GROUP_SITES, "OPCODES", "only instructions of these kinds, such as fadd,fmul",
                  .set = set_opcodes, .forget = new_opcodes } },
    { "exclude", KEY_CUSTOM, 0,
      .option = { "exclude", 0, GROUP_SITES, "OPCODES", "but not these, such as phi", .set = set_excluded,
                  .late = 1 } },
    { "funcname", KEY_CUSTOM, 0,
      .option = { "funcname", 0, GROUP_SITES, "NAMES", "only in these functions", .set = set_functions,
                  .forget = new_functions } },
    { "llfiindex", KEY_CUSTOM, 0,
      .option = { "index", 0, GROUP_SITES, "NUMBERS", "only instructions with these LLFI indices", .set = set_indices,
                  .forget = new_indices } },
    { "regloc", KEY_CUSTOM, 0,
      .option = { "registers", 0, GROUP_SITES, "WHICH", "which registers of an instruction, such as dstreg",
                  .set = set_registers } },
    { "includeInjectionTrace", KEY_CUSTOM, 0,
      .option = { "slice", 0, GROUP_SITES, "WAYS", "also instructions that use or feed these", .set = set_slices,
                  .late = 1 } },
    { NULL },
};
