#include "cli/cli.h"
#include "cli/options.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "report/exhaustive.h"
#include "report/listing.h"
#include "report/notes.h"
#include "report/render/render.h"

#include <stdio.h>
#include <string.h>

struct results_options {
    struct report_option report;
    gboolean listing;
    char *file; /* the only one to list; NULL: all */
};

static const char summary[] = "Rates of a campaign with their 95 % intervals, also while it is being run.\n"
                              "Without --by: all trials together, with every SDC criterion that was counted.";
static const char description[] = "Examples:\n"
                                  "  lltfi results lltfi-lenet --by layer\n"
                                  "  lltfi results lltfi-lenet --by bit --exact\n"
                                  "  lltfi results lltfi-lenet --by propagation    # of run --record\n"
                                  "  lltfi results lltfi-lenet --by propagation --per-trial > propagation.csv\n"
                                  "  lltfi results lltfi-lenet --by instruction --format csv > instructions.csv\n"
                                  "  lltfi results lltfi-lenet --by layer --format svg > layers.svg\n"
                                  "  lltfi results lltfi-sort --source             # of a program, line by line\n"
                                  "  lltfi results lltfi-sort --source --format html > sort.html\n";

/* An error about a report that this campaign has no data for says how to run one that has. */
static gboolean has_what_is_asked(struct store *store, enum report_by by, GError **error)
{
    if (by == BY_PROPAGATION && !store_has_propagation(store))
        return set_error(error, LLTFI_ERROR_STORE,
                         "the campaign did not record how faults propagate: run it with --record, in another folder "
                         "(--out)");
    if (by == BY_ELEMENT && !store_is_exhaustive(store))
        return set_error(error, LLTFI_ERROR_USAGE,
                         "--by element: only exhaustive campaigns (lltfi run --exhaustive) are counted by element");
    return TRUE;
}

/* Beside an export that has no room for them. */
static void print_notes(struct store *store, enum report_format format)
{
    g_autoptr(GPtrArray) notes = stored_notes(store);

    for (guint n = 0; (format == FORMAT_CSV || format == FORMAT_SVG) && n < notes->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)notes->pdata[n]);
}

static gboolean print_results(const char *dir, const struct results_options *options, GError **error)
{
    g_autoptr(store_t) store = store_open_read(dir, error);

    if (!store || !has_what_is_asked(store, options->report.by, error))
        return FALSE;
    print_notes(store, options->report.format);
    if (options->listing)
        return report_listing(store, options->file, &options->report, stdout, error);
    return report_rates(store, &options->report, stdout, error);
}

static gboolean take_format(const char *text, struct results_options *options, GError **error)
{
    if (!report_format_parse(text, &options->report.format, error))
        return FALSE;
    if (!options->listing || format_readers(options->report.format) == FOR_PEOPLE)
        return TRUE;
    return set_error(error, LLTFI_ERROR_USAGE,
                     "--source --format %s: a listing is for people: table, html or svg; --by line has csv and json",
                     text);
}

static gboolean wrong_use(GError **error, const char *what)
{
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, what);
    return FALSE;
}

static gboolean check(const struct results_options *options, gboolean by, int argc, GError **error)
{
    const struct report_option *report = &options->report;

    if (report->per_trial && (report->by != BY_PROPAGATION || report->format > FORMAT_CSV))
        return wrong_use(error, "--per-trial prints propagation records, as CSV: lltfi results DIR --by propagation "
                                "--per-trial");
    if (options->file && !options->listing)
        return wrong_use(error, "--file says which source is listed: lltfi results DIR --source --file main.c");
    if (options->listing && by)
        return wrong_use(error, "--source lists the lines of the source: leave out --by");
    return argc == 2 || wrong_use(error, "results takes one campaign's folder: lltfi results DIR --by layer");
}

static gboolean parse(int *argc, char ***argv, struct results_options *options, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR - rates of a finished or running campaign");
    g_autofree char *by = NULL, *format = NULL;
    const GOptionEntry entries[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, &by,
          "layer, bit, opcode, instruction, tensor, input, config, element, propagation, function or line", "WHAT" },
        { "source", 0, 0, G_OPTION_ARG_NONE, &options->listing, "a program's source with the rates of each line",
          NULL },
        { "file", 0, 0, G_OPTION_ARG_FILENAME, &options->file, "with --source: only this file", "FILE" },
        { "per-trial", 0, 0, G_OPTION_ARG_NONE, &options->report.per_trial, "every trial's propagation record, as CSV",
          NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS "; --source: no csv, json", "FORMAT" },
        { "exact", 0, 0, G_OPTION_ARG_NONE, &options->report.exact, "exact intervals (Clopper-Pearson), not Wilson's",
          NULL },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    return options_take(context, entries, argc, argv, error) &&
           (!by || report_by_parse(by, &options->report.by, error)) &&
           (!format || take_format(format, options, error)) && check(options, by != NULL, *argc, error);
}

int cli_results(int argc, char **argv)
{
    struct results_options options = { .report = { .format = FORMAT_TABLE, .by = BY_ALL } };
    g_autoptr(GError) error = NULL;
    gboolean done;

    terminal_describe(&options.report);
    done = parse(&argc, &argv, &options, &error) && print_results(argv[1], &options, &error);
    g_free(options.file);
    return done ? 0 : cli_fail(error);
}
