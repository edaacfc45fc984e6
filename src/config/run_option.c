/* runOption: which faults, and how many trials. */
#include "config/schema.h"

#include "base/errors.h"

#include <float.h>

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

static gboolean set_fault(gpointer option, const char *text, GError **error)
{
    return fault_type_parse(text, option, error);
}

/* A map `run` on its way: LLFI has two ways to give the window of gaps. */
struct run_map {
    struct run_option values;
    int64_t window;
};

#define OPTION(field) offsetof(struct run_map, values.field)

static const struct key run_keys[] = {
    { "numOfRuns", KEY_INTEGER, OPTION(trials), .low = 1, .high = G_MAXINT32, .required = TRUE },
    { "fi_type", KEY_WORD, offsetof(struct run_map, values), .word = set_fault },
    { "timeOut", KEY_NUMBER, OPTION(timeout), .least = DBL_MIN },
    { "verbose", KEY_BOOL, OPTION(verbose) },
    { "fi_cycle", KEY_INTEGER, OPTION(cycle), .low = 1 },
    { "fi_index", KEY_INTEGER, OPTION(index), .low = 0, .high = G_MAXUINT32 },
    { "fi_reg_index", KEY_INTEGER, OPTION(reg_index), .low = 0, .high = G_MAXINT32 },
    { "fi_bit", KEY_INTEGER, OPTION(bit), .low = 0, .high = G_MAXINT32 },
    { "fi_num_bits", KEY_INT, OPTION(num_bits), .low = 1, .high = 128 },
    { "window_len", KEY_INTEGER, OPTION(window_len), .low = 1 },
    { "fi_max_multiple", KEY_INT, OPTION(max_multiple), .low = 1, .high = MAX_FAULTS },
    { "window_len_multiple", KEY_INTEGER, offsetof(struct run_map, window), .low = 1 },
    { "window_len_multiple_startindex", KEY_INTEGER, OPTION(window_start), .low = 1 },
    { "window_len_multiple_endindex", KEY_INTEGER, OPTION(window_end), .low = 1 },
    { "fi_random_seed", KEY_INTEGER, OPTION(seed), .low = 0 },
    { NULL },
};

static void finish_windows(struct loader *loader, const struct yaml *node, struct run_map *map)
{
    struct run_option *option = &map->values;
    g_autoptr(GError) error = NULL;

    if (map->window > 0 && (option->window_start > 0 || option->window_end > 0))
        loader_error(loader, node, "%s: window_len_multiple and its _startindex and _endindex exclude each other",
                     option->name);
    else if (map->window > 0) {
        option->window_start = 1;
        option->window_end = map->window;
    }
    if (!run_option_check(option, &error))
        loader_error(loader, node, "%s: %s", option->name, error->message);
    if (option->window_start > 0 && option->max_multiple < 0)
        option->max_multiple = MAX_FAULTS;
}

static void load_run(struct loader *loader, const struct yaml *node, gpointer data)
{
    struct run_option *option = data;
    struct run_map map = { .values = *option, .window = -1 };

    load_map_with(loader, node, run_keys, &map, loader->dialect->run, option->name);
    finish_windows(loader, node, &map);
    if (map.values.fault == FAULT_SOFTWARE)
        loader_check_software(loader, node, map.values.software, "changes calls");
    *option = map.values;
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
