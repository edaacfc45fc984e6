#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/debug.h"
#include "cli/options.h"
#include "cli/program_replay.h"
#include "cli/replay_picture.h"
#include "cli/replay_report.h"
#include "terminal/display.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/file.h"
#include "report/rates.h"

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
    gint64 values; /* changed elements that are listed of each layer */
    gboolean all;
    char *svg; /* where a picture goes, NULL: nowhere */
    struct report_option report;
};

static gboolean write_picture(const struct replay *replay, const char *path, GError **error)
{
    g_autofree char *picture = path ? replay_draw(replay) : NULL;

    return !picture || file_write(path, picture, strlen(picture), error);
}

/* The report comes first, also of a trial that is not the stored one. */
static gboolean print_model(const struct campaign_run *c, const struct replayed *replayed,
                            const struct replay_options *options, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct replay replay = {
        .session = model_subject_of(campaign_subject(c)),
        .trial = &replayed->now,
        .values = replayed->remains.values,
        .same = !replayed->differs,
        .listed = options->all ? G_MAXUINT64 : (uint64_t)options->values,
    };

    replay_write(&replay, &options->report, text);
    return report_write(text, stdout, error) && write_picture(&replay, options->svg, error);
}

static gboolean print(const struct campaign_run *c, const struct replayed *replayed,
                      const struct replay_options *options, GError **error)
{
    if (!(subject_is_model(campaign_subject(c))
              ? print_model(c, replayed, options, replayed->differs ? NULL : error)
              : program_replay_print(c, replayed, &options->report, replayed->differs ? NULL : error)) &&
        !replayed->differs)
        return FALSE;
    if (replayed->differs)
        g_propagate_error(error, g_error_copy(replayed->differs));
    return !replayed->differs;
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
        { "svg", 0, 0, G_OPTION_ARG_FILENAME, &svg, "draw the fault's way through the layers", "FILE" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
        { NULL },
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    options_add(context, entries);
    debug_add(context);
    if (!g_option_context_parse(context, argc, argv, error) ||
        (format && !report_format_parse(format, &options->report.format, error)))
        return FALSE;
    /* The replay goes to the folder that the campaign was started in. */
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
