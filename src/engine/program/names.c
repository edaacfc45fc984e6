/* Refuses a selection that names functions or instructions which the program does not have. */
#include "passes/ir/names.h"
#include "base/errors.h"
#include "config/words.h"
#include "engine/program/subject.h"

static gboolean has_function(const struct functions *functions, const char *name)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    g_ptr_array_add(names, (gpointer)name);
    for (guint f = 0; f < functions->functions->len; f++)
        if (function_is_among(g_array_index(functions->functions, struct function, f).name, names))
            return TRUE;
    return FALSE;
}

/* The functions as the user names them; ends with NULL. */
static GPtrArray *known_names(const struct functions *functions)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint f = 0; f < functions->functions->len; f++)
        g_ptr_array_add(names, function_shown_name(g_array_index(functions->functions, struct function, f).name));
    g_ptr_array_add(names, NULL);
    return names;
}

static gboolean check_functions(const struct functions *functions, const GPtrArray *names, GError **error)
{
    for (guint n = 0; n < names->len; n++) {
        const char *name = names->pdata[n];
        g_autoptr(GPtrArray) known = NULL;
        g_autofree char *meant = NULL;

        if (has_function(functions, name))
            continue;
        known = known_names(functions);
        meant = suggestion(name, (const char *const *)known->pdata);
        return set_error(error, LLTFI_ERROR_CONFIG, "funcname: the program has no function '%s'%s", name, meant);
    }
    return TRUE;
}

static gboolean check_indices(const struct functions *functions, const GArray *indices, GError **error)
{
    for (guint i = 0; i < indices->len; i++) {
        unsigned index = g_array_index(indices, unsigned, i);

        if (index < 1 || index > functions->n_instructions)
            return set_error(error, LLTFI_ERROR_CONFIG,
                             "index: there is no instruction %u: the program's are numbered from 1 to %u", index,
                             functions->n_instructions);
    }
    return TRUE;
}

gboolean program_check_names(const struct program_subject *subject, GError **error)
{
    const GPtrArray *entries = subject->base.campaign->selection.entries;

    for (guint e = 0; e < entries->len; e++) {
        const struct instruction_selection *entry = entries->pdata[e];

        if (!check_functions(subject->functions, entry->include_functions, error) ||
            !check_functions(subject->functions, entry->exclude_functions, error) ||
            !check_indices(subject->functions, entry->indices, error))
            return FALSE;
    }
    return TRUE;
}
