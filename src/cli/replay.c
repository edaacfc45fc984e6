#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/debug.h"
#include "cli/options.h"
#include "terminal/display.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/file.h"
#include "engine/model/subject.h"
#include "report/render/render.h"
#include "report/trial/program.h"
#include "report/trial/replay_picture.h"

#include <stdio.h>
#include <string.h>

static const char summary[] = "Repeats one trial of a campaign: the same fault, and the same outcome, or an error\n"
                              "that says what differs. Shows every layer that the fault's change reached.";
static const char description[] = "Examples:\n"
                                  "  lltfi replay lltfi-lenet --trial 17\n"
                                  "  lltfi replay lltfi-lenet --trial 17 --values 20\n"
                                  "  lltfi replay lltfi-lenet --trial 17 --svg trial17.svg\n"
                                  "  lltfi replay lltfi-lenet --trial 17 --all --format csv > changes.csv\n";

struct replay_options {
    gint64 trial;
    gint64 values; /* how many changed elements of each layer are listed */
    gboolean all;
    char *svg; /* the picture's file; NULL: no picture */
    struct report_option report;
};

static gboolean write_picture(const struct model_trial *shown, const char *path, GError **error)
{
    g_autofree char *picture = path ? replay_draw(shown) : NULL;

    return !picture || file_write(path, picture, strlen(picture), error);
}

static gboolean print_model(const struct model_subject *subject, const struct replayed *replayed,
                            const struct replay_options *options, GError **error)
{
    const struct trial *now = &replayed->now;
    const struct model_trial shown = {
        .trial = now,
        .fault = subject->base.campaign->runs->pdata[now->config],
        .model = subject->model,
        .machine = subject->machine,
        .golden = subject->golden[now->input],
        .reference = &subject->references[now->input],
        .input = ((const struct input *)subject->inputs->pdata[now->input])->path,
        .values = replayed->remains.values,
        .same = !replayed->differs,
        .listed = options->all ? G_MAXUINT64 : (uint64_t)options->values,
        .more = "--all lists them",
    };
    g_autoptr(document_t) document = replay_document(&shown, &options->report);

    return render(document, &options->report, stdout, error) && write_picture(&shown, options->svg, error);
}

static gboolean print_program(const struct program_subject *subject, const struct replayed *replayed,
                              const struct report_option *option, GError **error)
{
    g_autofree char *difference = run_difference(subject, subject->golden, replayed->remains.result);
    const struct program_trial shown = {
        .trial = &replayed->now,
        .fault = subject->base.campaign->runs->pdata[replayed->now.config],
        .sites = subject->functions->sites,
        .golden = subject->golden,
        .faulty = replayed->remains.result,
        .difference = difference,
        .same = !replayed->differs,
    };
    g_autoptr(document_t) document = program_trial_document(&shown);

    return render(document, option, stdout, error);
}

/* A trial that differs from the stored one is an error, but its report is printed first. */
static gboolean print(const struct campaign_run *c, const struct replayed *replayed,
                      const struct replay_options *options, GError **error)
{
    const struct subject *subject = campaign_subject(c);
    GError **failed = replayed->differs ? NULL : error;
    gboolean done = subject_is_model(subject)
                        ? print_model(model_subject_of(subject), replayed, options, failed)
                        : print_program(program_subject_of(subject), replayed, &options->report, failed);

    if (replayed->differs)
        g_propagate_error(error, g_error_copy(replayed->differs));
    return done && !replayed->differs;
}

static gboolean check_format(const struct campaign *settings, const struct report_option *option, GError **error)
{
    return settings->program.sources->len == 0 || option->format != FORMAT_CSV ||
           set_error(error, LLTFI_ERROR_USAGE,
                     "--format csv lists elements of tensors: a program's trial is shown as table or json");
}

static gboolean replay(const char *dir, const struct replay_options *options, GError **error)
{
    g_autoptr(campaign_run_t) c = NULL;
    struct replayed replayed = { 0 };
    struct display display;
    gboolean done;

    display_init(&display, NULL, FALSE);
    c = campaign_open_stored(dir, (uint64_t)options->trial, &display.events, error);
    done = c && check_format(campaign_settings(c), &options->report, error) && campaign_prepare(c, error) &&
           campaign_replay(c, &replayed, error) && print(c, &replayed, options, error);
    replayed_clear(&replayed);
    return done;
}

static gboolean check(int argc, const struct replay_options *options, GError **error)
{
    const char *wrong = argc != 2             ? "replay takes one campaign's folder: lltfi replay DIR --trial 17"
                        : options->trial < 0  ? "say which trial: --trial N, numbered from 0"
                        : options->values < 0 ? "--values: it must be 0 or more"
                                              : NULL;

    if (wrong)
        g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, wrong);
    return !wrong;
}

static gboolean parse(int *argc, char ***argv, struct replay_options *options, GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR --trial N - one trial again, with all it changed");
    g_autofree char *format = NULL, *svg = NULL;
    const GOptionEntry entries[] = {
        { "trial", 't', 0, G_OPTION_ARG_INT64, &options->trial, "the trial's number, from 0", "N" },
        { "values", 0, 0, G_OPTION_ARG_INT64, &options->values, "list up to N changed elements of each layer", "N" },
        { "all", 0, 0, G_OPTION_ARG_NONE, &options->all, "list all changed elements", NULL },
        { "svg", 0, 0, G_OPTION_ARG_FILENAME, &svg, "draw the fault's path through the layers", "FILE" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    debug_add(context);
    if (!options_take(context, entries, argc, argv, error) ||
        (format && !report_format_parse(format, &options->report.format, error)))
        return FALSE;
    /* Made absolute, because campaign_open_stored changes the working folder. */
    options->svg = svg ? g_canonicalize_filename(svg, NULL) : NULL;
    return check(*argc, options, error);
}

int cli_replay(int argc, char **argv)
{
    struct replay_options options = { .trial = -1, .report.format = FORMAT_TABLE };
    g_autoptr(GError) error = NULL;
    gboolean done;

    terminal_describe(&options.report);
    done = parse(&argc, &argv, &options, &error) && replay(argv[1], &options, &error);
    g_free(options.svg);
    return done ? 0 : cli_fail(error);
}
