#include "cli/cli.h"
#include "cli/options.h"
#include "cli/terminal.h"

#include "base/errors.h"

#include <stdio.h>

static const char summary[] = "Rates of a campaign with their 95 % intervals, also while it is being run.\n"
                              "Without --by: all trials together, with every SDC criterion that was counted.";
static const char description[] = "Examples:\n"
                                  "  lltfi results lltfi-lenet --by layer\n"
                                  "  lltfi results lltfi-lenet --by bit --exact\n"
                                  "  lltfi results lltfi-lenet --by propagation    # of run --record\n"
                                  "  lltfi results lltfi-lenet --by propagation --per-trial > propagation.csv\n"
                                  "  lltfi results lltfi-lenet --by instruction --format csv > instructions.csv\n";

static gboolean print_results(const char *dir, const struct report_option *option, GError **error)
{
    g_autoptr(store_t) store = store_open_read(dir, error);

    return store && report_rates(store, option, stdout, error);
}

static gboolean parse(int *argc, char ***argv, struct report_option *option, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR - rates of a finished or running campaign");
    g_autofree char *by = NULL, *format = NULL;
    const GOptionEntry entries[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, &by,
          "layer, bit, opcode, instruction, tensor, input, config, element, propagation, function or line", "WHAT" },
        { "per-trial", 0, 0, G_OPTION_ARG_NONE, &option->per_trial, "every trial's propagation record, as CSV", NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
        { "exact", 0, 0, G_OPTION_ARG_NONE, &option->exact, "exact intervals (Clopper-Pearson), not Wilson's", NULL },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    options_add(context, entries);
    if (!g_option_context_parse(context, argc, argv, error) || (by && !report_by_parse(by, &option->by, error)) ||
        (format && !report_format_parse(format, &option->format, error)))
        return FALSE;
    if (option->per_trial && (option->by != BY_PROPAGATION || option->format == FORMAT_JSON)) {
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                            "--per-trial prints propagation records, as CSV: lltfi results DIR --by propagation "
                            "--per-trial");
        return FALSE;
    }
    if (*argc == 2)
        return TRUE;
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                        "results takes one campaign's folder: lltfi results DIR --by layer");
    return FALSE;
}

int cli_results(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE, .by = BY_ALL };
    g_autoptr(GError) error = NULL;

    terminal_describe(&option);
    if (!parse(&argc, &argv, &option, &error) || !print_results(argv[1], &option, &error))
        return cli_fail(error);
    return 0;
}
