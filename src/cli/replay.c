#include "campaign/program.h"
#include "campaign/record.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/replay_picture.h"
#include "cli/replay_report.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "engine/run.h"
#include "report/progress.h"
#include "report/rates.h"
#include "store/identity.h"

#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
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

/* The model and its inputs are what they were when the campaign ran. */
static gboolean check_identity(struct store *store, const struct model_subject *session, GError **error)
{
    g_autofree char *there = store_get(store, "identity");
    g_autofree char *here = subject_identity(&session->base);
    g_autofree char *differences = identity_differences(there ? there : "", here);

    if (!differences)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                "the trial can't be repeated: the inputs, the weights or LLTFI itself have changed since the campaign "
                "ran. What differs:\n%s",
                differences);
    return FALSE;
}

gboolean replay_stored_trial(struct store *store, const char *dir, uint64_t number, struct trial *trial, GError **error)
{
    g_autofree char *trials = store_get(store, "trials");
    GError *failed = NULL;

    if (store_get_trial(store, number, trial, &failed))
        return TRUE;
    if (failed)
        g_propagate_error(error, failed);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                    "%s: there is no trial %" G_GUINT64_FORMAT " (of %s, numbered from 0) yet", dir, number,
                    trials ? trials : "none");
    return FALSE;
}

static gboolean same_real(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static gboolean same_injection(const struct injection *a, const struct injection *b)
{
    return a->level == b->level && a->value == b->value && a->element == b->element && a->site == b->site &&
           a->cycle == b->cycle && a->reg_index == b->reg_index && a->bit == b->bit && a->width == b->width &&
           memcmp(a->mask, b->mask, sizeof(a->mask)) == 0 &&
           memcmp(a->old_value, b->old_value, sizeof(a->old_value)) == 0 &&
           memcmp(a->new_value, b->new_value, sizeof(a->new_value)) == 0;
}

static gboolean same_injections(const struct trial *a, const struct trial *b)
{
    gboolean same = a->n_injections == b->n_injections;

    for (int i = 0; same && i < a->n_injections; i++)
        same = same_injection(&a->injections[i], &b->injections[i]);
    return same;
}

static gboolean same_change(const struct change *a, const struct change *b)
{
    return a->layer == b->layer && a->output == b->output && a->changed == b->changed && a->one_bit == b->one_bit &&
           a->first == b->first && same_real(a->golden, b->golden) && same_real(a->faulty, b->faulty) &&
           a->bits == b->bits && same_real(a->largest, b->largest) &&
           same_real(a->largest_relative, b->largest_relative) && a->masked == b->masked;
}

static gboolean same_changes(const struct trial *a, const struct trial *b)
{
    gboolean same = a->n_changes == b->n_changes;

    for (int i = 0; same && i < a->n_changes; i++)
        same = same_change(&a->changes[i], &b->changes[i]);
    return same;
}

gboolean replay_check_same(const struct trial *stored, const struct trial *now, gboolean recorded, GError **error)
{
    const char *what = stored->outcome != now->outcome                                 ? "outcome"
                       : stored->signal != now->signal                                 ? "signal"
                       : !same_injections(stored, now)                                 ? "injected fault"
                       : stored->sdc != now->sdc                                       ? "set of SDC criteria"
                       : stored->faulty_class != now->faulty_class                     ? "class"
                       : !same_real(stored->deviation, now->deviation)                 ? "deviation"
                       : !same_real(stored->faulty_confidence, now->faulty_confidence) ? "confidence"
                       : recorded && !same_changes(stored, now)                        ? "propagation record"
                                                                                       : NULL;

    if (!what)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "trial %" G_GUINT64_FORMAT ": its %s is not the stored one (stored %s, now %s). This is a bug of LLTFI "
                "or of the machine: please report it with the campaign's folder",
                now->number, what, outcome_names[stored->outcome], outcome_names[now->outcome]);
    return FALSE;
}

static gboolean run_trial(struct model_subject *session, uint64_t number, struct trial *trial, struct remains *remains,
                          GError **error)
{
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", error);
    struct plan plan;
    struct run run = { .plan = &plan, .jobs = 1, .scratch = scratch };
    gboolean done;

    if (!scratch)
        return FALSE;
    progress_phase("compiling the model and running it without faults", FALSE);
    done = model_start_golden(session, error) && plan_init(&plan, &session->base, error);
    progress_phase_end(FALSE);
    done = done && run_replay(&run, number, trial, remains, error);
    folder_remove(scratch);
    return done;
}

static gboolean write_picture(const struct replay *replay, const char *path, GError **error)
{
    g_autofree char *picture = path ? replay_draw(replay) : NULL;

    return !picture || file_write(path, picture, strlen(picture), error);
}

static gboolean replay_in(struct model_subject *session, const struct trial *stored,
                          const struct replay_options *options, GError **error)
{
    struct remains remains = { 0 };
    g_autoptr(GString) text = g_string_new(NULL);
    struct trial now = { 0 };
    gboolean done = run_trial(session, stored->number, &now, &remains, error);

    if (done) {
        GError *differs = NULL;
        struct replay replay = {
            .session = session,
            .trial = &now,
            .values = remains.values,
            .same = replay_check_same(stored, &now, session->base.campaign->record, &differs),
            .listed = options->all ? G_MAXUINT64 : (uint64_t)options->values,
        };

        replay_write(&replay, &options->report, text);
        done = report_write(text, stdout, differs ? NULL : error) &&
               write_picture(&replay, options->svg, differs ? NULL : error) && !differs;
        if (differs)
            g_propagate_error(error, differs);
    }
    trial_clear(&now);
    remains_clear(&remains);
    return done;
}

static gboolean replay(const char *dir, const struct replay_options *options, GError **error)
{
    g_autoptr(store_t) store = store_open_read(dir, error);
    g_autoptr(campaign_t) campaign = NULL;
    g_autoptr(subject_t) subject = NULL;
    struct model_subject *session;
    struct trial stored = { 0 };
    gboolean done;

    if (!store || !replay_stored_trial(store, dir, (uint64_t)options->trial, &stored, error))
        return FALSE;
    signal(SIGCHLD, SIG_DFL);
    campaign = campaign_store_get(store, dir, error);
    if (campaign && campaign->program.sources->len > 0) {
        done = program_replay(store, campaign, &stored, &options->report, error);
        trial_clear(&stored);
        return done;
    }
    session = campaign ? model_start(campaign, error) : NULL;
    subject = session ? &session->base : NULL;
    done = session && check_identity(store, session, error) && replay_in(session, &stored, options, error);
    trial_clear(&stored);
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
