/* runOption: which faults, and how many trials. */
#include "config/settings.h"

#include "base/errors.h"
#include "config/software_faults.h"

#include <float.h>

/* More than any campaign runs, and small enough for sums of it to fit into 64 bits. */
#define MOST_TRIALS INT64_C(1000000000000)

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
            error, "window_len means two faults, fi_max_multiple and window_len_multiple mean more: give one of them");
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

static gboolean parse_fault(gpointer run, const char *text, GError **error)
{
    return fault_type_parse(text, run, error);
}

static void append_fault(GString *text, gconstpointer run)
{
    append_name(text, fault_type_name(run));
}

/* Sets the fault of every run. A software fault also selects the calls that it strikes. */
static gboolean set_fault(struct campaign *campaign, const char *text, GError **error)
{
    struct run_option parsed = { .fault = FAULT_NONE };

    if (!setting_check_fault(campaign, text, error) || !fault_type_parse(text, &parsed, error))
        return FALSE;
    if (parsed.software)
        campaign_set_software(campaign, parsed.software);
    for (guint r = 0; !parsed.software && r < campaign->runs->len; r++) {
        ((struct run_option *)campaign->runs->pdata[r])->fault = parsed.fault;
        ((struct run_option *)campaign->runs->pdata[r])->software = NULL;
    }
    return TRUE;
}

/* Parses the gaps between faults: "10" or "5..10". */
static gboolean parse_window(gpointer data, const char *text, GError **error)
{
    g_auto(GStrv) ends = g_strsplit(text, "..", 2);
    gboolean range = ends[0] && ends[1];
    struct run_option *run = data;
    int64_t low = 1, high;

    if ((range && !integer_parse(ends[0], 1, G_MAXINT64, &low, error)) ||
        !integer_parse(range ? ends[1] : text, low, G_MAXINT64, &high, error))
        return FALSE;
    run->window_start = low;
    run->window_end = high;
    return TRUE;
}

/* Drops the file's window_len, which the option replaces. */
static gboolean forget_window_len(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    for (guint r = 0; r < campaign->runs->len; r++)
        ((struct run_option *)campaign->runs->pdata[r])->window_len = -1;
    return TRUE;
}

static gboolean trials_are_given(struct campaign *campaign, GError **error G_GNUC_UNUSED)
{
    campaign->trials_given = TRUE;
    return TRUE;
}

const struct key run_keys[] = {
    { "numOfRuns", KEY_INTEGER, RUN(trials), .low = 1, .high = MOST_TRIALS, .required = TRUE, .decides = DECIDES_ALWAYS,
      .standard = "required",
      .option = { "trials", 'n', GROUP_RUN, "N", "how many faults (default 1000)", .then = trials_are_given } },
    { "fi_type", KEY_WORD, 0, .of_run = TRUE, .word = parse_fault, .append = append_fault, .decides = DECIDES_ALWAYS,
      .option = { "fault", 'f', GROUP_FAULT, "MODEL", "what happens to the register, such as bitflip",
                  .set = set_fault } },
    { "fi_cycle", KEY_INTEGER, RUN(cycle), .low = 1, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "cycle", 0, GROUP_FAULT, "N", "always this cycle: the N-th selected execution" } },
    { "fi_index", KEY_INTEGER, RUN(index), .high = G_MAXUINT32, .decides = DECIDES_GIVEN, .standard = "",
      .option = { "fault-index", 0, GROUP_FAULT, "N", "all executions of the instruction N" } },
    { "fi_reg_index", KEY_INTEGER, RUN(reg_index), .high = G_MAXINT32, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "register-index", 0, GROUP_FAULT, "N", "always this one of the selected registers" } },
    { "fi_bit", KEY_INTEGER, RUN(bit), .high = G_MAXINT32, .decides = DECIDES_GIVEN, .standard = "drawn",
      .option = { "bit", 0, GROUP_FAULT, "N", "always this bit" } },
    { "fi_num_bits", KEY_INT, RUN(num_bits), .low = 1, .high = 128, .decides = DECIDES_ALWAYS,
      .option = { "num-bits", 0, GROUP_FAULT, "N", "change N bits of it (default 1)" } },
    { "window_len", KEY_INTEGER, RUN(window_len), .low = 1, .decides = DECIDES_GIVEN, .standard = "" },
    { "fi_max_multiple", KEY_INT, RUN(max_multiple), .low = 1, .high = MAX_FAULTS, .decides = DECIDES_GIVEN,
      .standard = "1; 100 with a window below",
      .option = { "multiple", 0, GROUP_FAULT, "N", "faults in each trial, in different instructions" } },
    { "window_len_multiple", KEY_WORD, 0, .of_run = TRUE, .word = parse_window,
      .type = "whole number from 1, or a range `5..10`", .standard = "the whole run",
      .option = { "window", 0, GROUP_FAULT, "[A..]B", "instructions between several faults",
                  .then = forget_window_len } },
    { "window_len_multiple_startindex", KEY_INTEGER, RUN(window_start), .low = 1, .decides = DECIDES_GIVEN,
      .standard = "" },
    { "window_len_multiple_endindex", KEY_INTEGER, RUN(window_end), .low = 1, .decides = DECIDES_GIVEN,
      .standard = "" },
    { "fi_random_seed", KEY_INTEGER, RUN(seed), .decides = DECIDES_GIVEN, .standard = "the campaign's `seed`" },
    { "timeOut", KEY_NUMBER, RUN(timeout), .least = DBL_MIN, .most = LONGEST_TIMEOUT, .decides = DECIDES_GIVEN,
      .standard = "the campaign's" },
    { "verbose", KEY_BOOL, RUN(verbose) },
    { NULL },
};

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
