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
#define GOLDEN_FOR_FAULTY 4

static const char summary[] =
    "Runs one trial of a campaign on a program again, and the program without a fault, and shows\n"
    "every instruction that the fault reached: in which order, its golden and its faulty value,\n"
    "where control went elsewhere, and where the fault died or the program did.";
static const char description[] = "Examples:\n"
                                  "  lltfi trace lltfi-sort --trial 17\n"
                                  "  lltfi trace lltfi-sort --trial 17 --output trial17.svg\n"
                                  "  lltfi trace lltfi-sort --trial 17 --format csv > trial17.csv\n"
                                  "\nLEVEL: instruction, line or function; what is not given is chosen by size.\n"
                                  "Pictures are drawn by Graphviz's `dot`; a FILE that ends in .dot is for it.\n";

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

/* Before anything runs that takes long. */
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

/* The golden run's trace from where the faulty one begins. */
static struct run_result *trace_golden(const struct program_subject *subject, const struct trace *faulty,
                                       const char *scratch, GError **error)
{
    struct run_order order = { .executable = subject->trace_executable,
                               .location = { .countdown = NEVER },
                               .timeout = MAX(subject->limit, 60) * 10,
                               .trace = { faulty->first, faulty->n_entries * GOLDEN_FOR_FAULTY + DEFAULT_LIMIT } };

    return program_run(subject, &order, scratch, error);
}

static unsigned struck_index(const struct program_subject *subject, const struct trial *trial)
{
    return trial->n_injections > 0
               ? g_array_index(subject->functions->sites, struct site, trial->injections[0].site).index
               : 0;
}

static gboolean write_trace(const struct program_subject *subject, const struct trial *now,
                            const struct run_result *result, const struct trace_options *options, const char *scratch,
                            GError **error)
{
    g_autoptr(run_result_t) golden = NULL;
    g_autoptr(travel_t) travel = NULL;
    g_autoptr(document_t) document = NULL;
    struct trace_report report = {
        .functions = subject->functions,
        .trial = now,
        .fault = subject->base.campaign->runs->pdata[now->config],
        .result = result,
        .listed = options->all ? G_MAXUINT : DEFAULT_ROWS,
        .more = "--all",
        .limit = "--limit",
    };

    if (result->trace->first == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "trial %" G_GUINT64_FORMAT " (%s): no instruction was done from the fault on, so there is "
                         "nothing to trace",
                         now->number, outcome_names[now->outcome]);
    golden = trace_golden(subject, result->trace, scratch, error);
    if (!golden)
        return FALSE;
    report.travel = travel =
        travel_new(subject->program->module, subject->functions, golden->trace, result->trace,
                   struck_index(subject, now), now->outcome != OUTCOME_CRASH && now->outcome != OUTCOME_HANG);
    document = trace_document(&report);
    return render(document, &options->report, stdout, error) &&
           write_picture(&report, subject->program->name, options, error);
}

static void note_outcome(const struct trial *stored, const struct trial *now)
{
    g_autofree char *text =
        g_strdup_printf("in the campaign the trial was %s; with tracing, where addresses are others, it is %s",
                        outcome_names[stored->outcome], outcome_names[now->outcome]);

    display_note(text);
}

/* The traced program's frames are larger, so addresses are others: what a fault in one of them does may be, too. */
static gboolean check_same(const struct trial *stored, const struct trial *now, GError **error)
{
    gboolean same = stored->n_injections == now->n_injections;

    for (int i = 0; same && i < now->n_injections; i++) {
        const struct injection *a = &stored->injections[i], *b = &now->injections[i];

        same = a->site == b->site && a->cycle == b->cycle && a->reg_index == b->reg_index && a->bit == b->bit;
    }
    if (stored->outcome != now->outcome)
        note_outcome(stored, now);
    return same || stored->outcome != now->outcome ||
           set_error(error, LLTFI_ERROR_RUN,
                     "trial %" G_GUINT64_FORMAT ": its fault is not the stored one. Does the program depend on time, "
                     "addresses or threads? `lltfi replay` tells what it does without tracing",
                     now->number);
}

/* What runs from here on leaves a trace. */
static gboolean begin_tracing(struct program_subject *subject, const struct trace_options *options, GError **error)
{
    subject->trace_most = (uint64_t)options->limit;
    return program_build_trace(subject, error);
}

static gboolean trace(const char *dir, const struct trace_options *options, GError **error)
{
    g_autoptr(campaign_run_t) c = NULL;
    struct replayed replayed = { 0 };
    struct program_subject *subject;
    struct display display;
    gboolean done;

    display_init(&display, NULL, FALSE);
    c = campaign_open_stored(dir, (uint64_t)options->trial, &display.events, error);
    if (!c)
        return FALSE;
    if (campaign_settings(c)->program.sources->len == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "the campaign is about a model: `lltfi replay` shows what a fault changes in its layers");
    if (!campaign_prepare(c, error))
        return FALSE;
    subject = (struct program_subject *)campaign_subject(c);
    done = begin_tracing(subject, options, error) && campaign_replay(c, &replayed, error) &&
           check_same(&replayed.stored, &replayed.now, error) &&
           write_trace(subject, &replayed.now, replayed.remains.result, options, campaign_scratch(c, NULL), error);
    replayed_clear(&replayed);
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
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "draw the fault's way: .svg or .dot", "FILE" },
        { "by", 0, 0, G_OPTION_ARG_STRING, &by, "what the picture's boxes are", "LEVEL" },
        { "limit", 0, 0, G_OPTION_ARG_INT64, &options->limit, "trace N instructions from the fault on (100000)", "N" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &options->all, "list all instructions, not the first 40", NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    options_add(context, entries);
    if (!g_option_context_parse(context, argc, argv, error) ||
        (format && !report_format_parse(format, &options->report.format, error)) ||
        !parse_level(by, &options->level, error))
        return FALSE;
    /* The trial is repeated in the folder that the campaign was started in. */
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
