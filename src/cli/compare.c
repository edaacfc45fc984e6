#include "cli/cli.h"
#include "cli/options.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "report/compare.h"
#include "report/paired.h"

#include <stdio.h>

static const char summary[] = "Rates of two or more campaigns side by side, and whether they differ from the first\n"
                              "one's: overall, by layer and by bit.";
static const char description[] =
    "Examples:\n"
    "  lltfi compare instructions tensors weights\n"
    "  lltfi compare plain protected --by layer --outcome detected\n"
    "  lltfi compare plain protected --paired           # the same faults with and without protection\n"
    "  lltfi compare plain protected --by bit --format csv > bits.csv\n";

static gboolean parse_outcome(const char *text, enum outcome *outcome, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (int i = 0; i < OUTCOME_NOT_ACTIVATED; i++) {
        if (g_ascii_strcasecmp(text, outcome_names[i]) == 0) {
            *outcome = (enum outcome)i;
            return TRUE;
        }
        g_string_append_printf(names, "%s%s", i ? ", " : "", outcome_names[i]);
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "--outcome: '%s' is not an outcome; allowed: %s", text,
                names->str);
    return FALSE;
}

static gboolean parse_by(const char *text, struct compare_option *option, GError **error)
{
    option->by_given = TRUE;
    if (report_by_parse(text, &option->report.by, NULL) &&
        (option->report.by == BY_ALL || option->report.by == BY_LAYER || option->report.by == BY_BIT))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "--by: '%s': campaigns are compared by all, layer or bit", text);
    return FALSE;
}

static gboolean check_count(int argc, GError **error)
{
    if (argc >= 3 && argc <= COMPARE_MAX + 1)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "compare takes the folders of two to %d campaigns: lltfi compare DIR DIR", COMPARE_MAX);
    return FALSE;
}

static gboolean parse(int *argc, char ***argv, struct compare_option *option, gboolean *paired, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR DIR [DIR...] - rates of campaigns side by side");
    g_autofree char *by = NULL, *format = NULL, *outcome = NULL;
    const GOptionEntry entries[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, &by, "only all, layer or bit (every bit)", "WHAT" },
        { "outcome", 0, 0, G_OPTION_ARG_STRING, &outcome, "whose rate: SDC (default), benign, crash...", "OUTCOME" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { "paired", 0, 0, G_OPTION_ARG_NONE, paired, "two campaigns with the same faults: fault by fault", NULL },
        { "exact", 0, 0, G_OPTION_ARG_NONE, &option->report.exact, "exact intervals (Clopper-Pearson), not Wilson's",
          NULL },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    return options_take(context, entries, argc, argv, error) && (!by || parse_by(by, option, error)) &&
           (!outcome || parse_outcome(outcome, &option->outcome, error)) &&
           (!format || report_format_parse(format, &option->report.format, error)) && check_count(*argc, error) &&
           (!*paired || *argc == 3 ||
            set_error(error, LLTFI_ERROR_USAGE, "--paired compares two campaigns: lltfi compare PLAIN PROTECTED"));
}

static gboolean compare(char **dirs, guint n, const struct compare_option *option, gboolean paired, GError **error)
{
    struct compared campaigns[COMPARE_MAX] = { { NULL } };
    gboolean done = TRUE;

    for (guint c = 0; done && c < n; c++) {
        campaigns[c].dir = dirs[c];
        campaigns[c].store = store_open_read(dirs[c], error);
        done = campaigns[c].store != NULL;
    }
    done = done && (paired ? report_paired(campaigns, option, stdout, error)
                           : report_compare(campaigns, n, option, stdout, error));
    for (guint c = 0; c < n; c++)
        store_close(campaigns[c].store);
    return done;
}

int cli_compare(int argc, char **argv)
{
    struct compare_option option = { .outcome = OUTCOME_SDC, .report = { .format = FORMAT_TABLE, .by = BY_ALL } };
    g_autoptr(GError) error = NULL;
    gboolean paired = FALSE;

    terminal_describe(&option.report);
    if (!parse(&argc, &argv, &option, &paired, &error) || !compare(argv + 1, (guint)argc - 1, &option, paired, &error))
        return cli_fail(error);
    return 0;
}
