/* `lltfi trace`: a trial of a program, instruction by instruction. */
#include "report/trial/trace.h"
#include "base/errors.h"
#include "base/file.h"
#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "config/words.h"
#include "report/render/render.h"
#include "terminal/display.h"
#include "terminal/terminal.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_LIMIT 100000
#define MOST_LIMIT 10000000
#define DEFAULT_ROWS 40

static const char summary[] =
    "Runs one trial of a campaign on a program again, and the program without a fault, and shows\n"
    "every instruction that the fault reached, in order, with its golden and faulty values:\n"
    "where control flow differed, and where the fault was masked or the program ended.";
static const char description[] = "Examples:\n"
                                  "  lltfi trace lltfi-sort --trial 17\n"
                                  "  lltfi trace lltfi-sort --trial 17 --output trial17.svg\n"
                                  "  lltfi trace lltfi-sort --trial 17 --format csv > trial17.csv\n"
                                  "\nLEVEL: instruction, line or function; if not given, it is chosen by size.\n"
                                  "Pictures are drawn by Graphviz's `dot`; a FILE that ends in .dot is its input.\n";

struct trace_options {
    gint64 trial, limit;
    gboolean all;
    char *output; /* NULL: no picture */
    enum travel_level level;
    struct report_option report;
};

static gboolean is_svg(const char *path)
{
    return g_str_has_suffix(path, ".svg");
}

/* Checked before the trial is traced, which may take long. */
static gboolean check_output(const char *path, GError **error)
{
    g_autofree char *dot = NULL;

    if (!path || g_str_has_suffix(path, ".dot"))
        return TRUE;
    if (!is_svg(path))
        return set_error(error, LLTFI_ERROR_USAGE, "--output %s: it must end in .svg or .dot", path);
    dot = g_find_program_in_path("dot");
    return dot || set_error(error, LLTFI_ERROR_INPUT,
                            "--output %s: there is no 'dot' to draw it: install the package graphviz, or give a name "
                            "that ends in .dot, which needs none",
                            path);
}

static gboolean draw(const char *text, const char *path, GError **error)
{
    g_autoptr(GSubprocess) dot = g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                                      G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                                  error, "dot", "-Tsvg", NULL);
    g_autofree char *picture = NULL, *messages = NULL;

    if (!dot || !g_subprocess_communicate_utf8(dot, text, NULL, &picture, &messages, error))
        return FALSE;
    if (!g_subprocess_get_successful(dot))
        return set_error(error, LLTFI_ERROR_RUN, "%s: 'dot' could not draw it: %s", path, g_strstrip(messages));
    return file_write(path, picture, strlen(picture), error);
}

static gboolean write_picture(const struct trace_report *report, const char *program,
                              const struct trace_options *options, GError **error)
{
    g_autofree char *end = NULL, *title = NULL, *text = NULL;

    if (!options->output)
        return TRUE;
    end = trace_report_end(report);
    title = g_strdup_printf("%s, trial %" G_GUINT64_FORMAT ": %s; %s", program, report->trial->number,
                            outcome_names[report->trial->outcome], end);
    text = travel_dot(report->travel, title, options->level);
    return is_svg(options->output) ? draw(text, options->output, error)
                                   : file_write(options->output, text, strlen(text), error);
}

static unsigned struck_index(const struct program_subject *subject, const struct trial *trial)
{
    return trial->n_injections > 0
               ? g_array_index(subject->functions->sites, struct site, trial->injections[0].site).index
               : 0;
}

static gboolean print(const struct program_subject *subject, const struct replayed *traced,
                      const struct run_result *golden, const struct trace_options *options, GError **error)
{
    const struct trial *now = &traced->now;
    const struct run_result *faulty = traced->remains.result;
    g_autoptr(travel_t) travel =
        travel_new(subject->program->module, subject->functions, golden->trace, faulty->trace,
                   struck_index(subject, now), now->outcome != OUTCOME_CRASH && now->outcome != OUTCOME_HANG);
    const struct trace_report report = {
        .functions = subject->functions,
        .trial = now,
        .fault = subject->base.campaign->runs->pdata[now->config],
        .result = faulty,
        .travel = travel,
        .listed = options->all ? G_MAXUINT : DEFAULT_ROWS,
        .more = "--all",
        .limit = "--limit",
    };
    g_autoptr(document_t) document = trace_document(&report);

    return render(document, &options->report, stdout, error) &&
           write_picture(&report, subject->program->name, options, error);
}

static gboolean trace(const char *dir, const struct trace_options *options, GError **error)
{
    g_autoptr(campaign_run_t) c = NULL;
    g_autoptr(run_result_t) golden = NULL;
    struct replayed traced = { 0 };
    struct display display;
    gboolean done;

    display_init(&display, NULL, FALSE);
    c = campaign_open_stored(dir, (uint64_t)options->trial, &display.events, error);
    done = c && campaign_trace(c, (uint64_t)options->limit, &traced, &golden, error) &&
           print(program_subject_of(campaign_subject(c)), &traced, golden, options, error);
    replayed_clear(&traced);
    return done;
}

static gboolean check(int argc, const struct trace_options *options, GError **error)
{
    if (argc != 2)
        return set_error(error, LLTFI_ERROR_USAGE, "trace takes one campaign's folder: lltfi trace DIR --trial 17");
    if (options->trial < 0)
        return set_error(error, LLTFI_ERROR_USAGE, "say which trial: --trial N, numbered from 0");
    if (options->limit < 1 || options->limit > MOST_LIMIT)
        return set_error(error, LLTFI_ERROR_USAGE, "--limit: it must be a number from 1 to %d", MOST_LIMIT);
    return check_output(options->output, error);
}

static gboolean parse_level(const char *text, enum travel_level *level, GError **error)
{
    static const struct word words[] = { { "instruction", TRAVEL_BY_INSTRUCTION },
                                         { "line", TRAVEL_BY_LINE },
                                         { "function", TRAVEL_BY_FUNCTION },
                                         { NULL } };
    int value = TRAVEL_AUTO;

    if (text && !word_parse(words, text, &value, error)) {
        g_prefix_error(error, "--by: ");
        return FALSE;
    }
    *level = (enum travel_level)value;
    return TRUE;
}

static gboolean parse(int *argc, char ***argv, struct trace_options *options, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR --trial N - a fault from instruction to instruction");
    g_autofree char *format = NULL, *output = NULL, *by = NULL;
    const GOptionEntry entries[] = {
        { "trial", 't', 0, G_OPTION_ARG_INT64, &options->trial, "the trial's number, from 0", "N" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "draw the fault's path: .svg or .dot", "FILE" },
        { "by", 0, 0, G_OPTION_ARG_STRING, &by, "what the picture's boxes are", "LEVEL" },
        { "limit", 0, 0, G_OPTION_ARG_INT64, &options->limit, "trace N instructions from the fault on (100000)", "N" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &options->all, "list all instructions, not the first 40", NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    if (!options_take(context, entries, argc, argv, error) ||
        (format && !report_format_parse(format, &options->report.format, error)) ||
        !parse_level(by, &options->level, error))
        return FALSE;
    /* Made absolute, because campaign_open_stored changes the working folder. */
    options->output = output ? g_canonicalize_filename(output, NULL) : NULL;
    return check(*argc, options, error);
}

int cli_trace(int argc, char **argv)
{
    struct trace_options options = { .trial = -1, .limit = DEFAULT_LIMIT, .report.format = FORMAT_TABLE };
    g_autoptr(GError) error = NULL;
    gboolean done;

    terminal_describe(&options.report);
    done = parse(&argc, &argv, &options, &error) && trace(argv[1], &options, &error);
    g_free(options.output);
    return done ? 0 : cli_fail(error);
}
