/* runOption: which faults, and how many trials. */
#include "config/settings.h"

#include "base/errors.h"
#include "config/software_faults.h"

static gboolean check_error(GError **error, const char *message)
{
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, message);
    return FALSE;
}

gboolean run_option_check(const struct run_option *option, GError **error)
{
    gboolean window = option->window_start >= 0 || option->window_end >= 0;

    if (option->window_len >= 0 && (window || option->max_multiple >= 0))
        return check_error(
            error,
            "window_len asks for two faults, fi_max_multiple and window_len_multiple for more: give one of them");
    if ((option->window_start < 0) != (option->window_end < 0))
        return check_error(error, "window_len_multiple_startindex and window_len_multiple_endindex belong together");
    if (option->window_start > option->window_end)
        return check_error(error, "window_len_multiple_startindex is above window_len_multiple_endindex");
    if (option->fault == FAULT_SOFTWARE && option->software && option->software->action != SOFTWARE_FLIP &&
        (option->bit >= 0 || option->num_bits > 1))
        return check_error(error, "fi_bit and fi_num_bits have no meaning for a software fault that flips no bits");
    if (option->bit >= 0 && fault_models[option->fault].scope == SCOPE_REGISTER) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "fi_bit has no meaning for %s, which replaces the whole register",
                    fault_models[option->fault].name);
        return FALSE;
    }
    return TRUE;
}

static void finish_windows(struct loader *loader, const struct yaml *node, struct run_option *option)
{
    g_autoptr(GError) error = NULL;

    if (yaml_value(node, "window_len_multiple") &&
        (yaml_value(node, "window_len_multiple_startindex") || yaml_value(node, "window_len_multiple_endindex")))
        loader_error(loader, node, "%s: window_len_multiple and its _startindex and _endindex exclude each other",
                     option->name);
    if (!run_option_check(option, &error))
        loader_error(loader, node, "%s: %s", option->name, error->message);
    if (option->window_start > 0 && option->max_multiple < 0)
        option->max_multiple = MAX_FAULTS;
}

static void load_run(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct run_option *option = data;

    load_map_with(loader, node, run_keys, option, loader->dialect->run, option->name);
    finish_windows(loader, node, option);
    if (option->fault == FAULT_SOFTWARE)
        loader_check_software(loader, node, option->software, "changes calls");
}

static const struct key run_option_keys[] = { { "run", KEY_CUSTOM, 0, .required = TRUE, .load = load_run }, { NULL } };

void load_run_option(struct loader *loader, const struct yaml *node, gpointer data)
{
    GPtrArray *runs = ((struct campaign *)data)->runs;

    if (node->kind != YAML_LIST || node->items->len == 0) {
        loader_error(loader, node, "runOption must be a list of runs: - run: {numOfRuns: 1000, fi_type: bitflip}");
        return;
    }
    g_ptr_array_set_size(runs, 0);
    ((struct campaign *)data)->trials_given = TRUE;
    for (guint i = 0; i < node->items->len; i++) {
        struct run_option *option = run_option_new();

        g_free(option->name);
        option->name = g_strdup_printf("runOption[%u]", i);
        g_ptr_array_add(runs, option);
        load_map(loader, node->items->pdata[i], run_option_keys, option, option->name);
    }
}
