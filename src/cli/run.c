#include "cli/campaign_store.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/terminal.h"

#include "base/errors.h"
#include "report/chart.h"
#include "report/progress.h"
#include "report/report.h"

#include <signal.h>
#include <stdio.h>

static const char summary[] = "Runs the model once without faults, then many times with one fault each, and says\n"
                              "how often its output was silently wrong (SDC). The campaign's folder keeps every\n"
                              "trial; the same command goes on where an interrupted one stopped.";
static const char description[] = OPTIONS_SITE_WORDS OPTIONS_FAULT_WORDS
    "\nExamples:\n"
    "  lltfi run lenet.onnx --input eight.png --trials 2000\n"
    "  lltfi run net.onnx --input images/ --label labels.csv --layer Conv:1 --jobs 2\n"
    "  lltfi run net.onnx --input x.npy --fault stuck_at_1 --insttype fadd,fmul --seed 7\n"
    "  lltfi run net.onnx --input x.npy --registers allsrcreg --bit 30 --out bit30\n"
    "  lltfi run net.onnx --input x.npy --level weight --layer Conv --out weights\n"
    "  lltfi run net.onnx --input x.npy --fault none --trials 10    # all benign, or a bug\n"
    "  lltfi run --config campaign.yaml\n";

/* How often what is done becomes durable, microseconds. */
#define COMMIT_INTERVAL (G_USEC_PER_SEC / 5)

/* The signal that asked to stop; 0: none. */
static volatile gint interrupted;

/* The first one lets running trials end and keeps them; the second ends at once. */
static void on_interrupt(int number)
{
    g_atomic_int_set(&interrupted, number);
    signal(number, SIG_DFL);
}

static void handle_signals(void)
{
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    signal(SIGHUP, on_interrupt);
    /* A parent may have left it ignored, and then there is no exit status to wait for. */
    signal(SIGCHLD, SIG_DFL);
}

/* The verb's own options. */
struct run_options {
    gboolean exact, quiet;
};

/* A campaign on its way: trials go to the store as they end. */
struct running {
    struct store *store;
    struct progress *progress;
    gint64 started, last_commit;
    double elapsed_before; /* seconds of earlier sessions */
};

static gboolean keep_trial(const struct trial *trial, gpointer data, GError **error)
{
    struct running *running = data;

    if (!store_put_trial(running->store, trial, error))
        return FALSE;
    progress_add(running->progress, trial->outcome);
    return TRUE;
}

static gboolean commit(struct running *running, GError **error)
{
    double here = (double)(g_get_monotonic_time() - running->started) / G_USEC_PER_SEC;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_dtostr(text, sizeof(text), running->elapsed_before + here);
    running->last_commit = g_get_monotonic_time();
    return store_set(running->store, "elapsed", text, error) && store_commit(running->store, error);
}

static gboolean now_and_then(gpointer data, GError **error)
{
    struct running *running = data;

    progress_tick(running->progress);
    if (g_get_monotonic_time() - running->last_commit < COMMIT_INTERVAL)
        return TRUE;
    return commit(running, error) && store_begin(running->store, error);
}

static gboolean run_trials_into(struct run *run, struct store *store, const struct tally *before, gboolean quiet,
                                GError **error)
{
    g_autofree char *elapsed = store_get(store, "elapsed");
    struct running running = {
        .store = store,
        .started = g_get_monotonic_time(),
        .last_commit = g_get_monotonic_time(),
        .elapsed_before = elapsed ? g_ascii_strtod(elapsed, NULL) : 0,
    };
    gboolean finished;

    run->sink = keep_trial;
    run->tick = now_and_then;
    run->data = &running;
    running.progress = progress_new(run->plan->trials, before, quiet);
    finished = store_begin(store, error) && run_trials(run, error);
    /* Whatever ended the campaign, the trials that are done stay. */
    if (!commit(&running, finished ? error : NULL))
        finished = FALSE;
    progress_free(running.progress);
    return finished;
}

static gboolean run_missing_trials(struct session *session, struct store *store, const struct plan *plan,
                                   const char *scratch, gboolean quiet, GError **error)
{
    g_autoptr(GArray) done = store_done(store, error);
    g_autoptr(breakdown_t) before = done ? breakdown_load(store, BY_ALL, error) : NULL;
    struct run run = {
        .plan = plan,
        .machine = session->machine,
        .references = session->references,
        .jobs = session->campaign->jobs,
        .record = session->campaign->record,
        .scratch = scratch,
        .done = done,
        .stop = &interrupted,
    };

    if (!before)
        return FALSE;
    return done->len >= plan->trials || run_trials_into(&run, store, &before->total, quiet, error);
}

/* Golden runs come before the folder: an error of theirs leaves none behind. */
static gboolean prepare(struct session *session, struct plan *plan, gboolean quiet, GError **error)
{
    gboolean done;

    progress_phase("compiling the model and running it without faults", quiet);
    done = session_run_golden(session, error) &&
           plan_init(plan, session->campaign, session->machine, session->golden, session->inputs->len, error);
    progress_phase_end(quiet);
    return done;
}

static gboolean run_session(struct session *session, gboolean quiet, GError **error)
{
    g_autofree char *identity = session_identity(session);
    g_autofree char *scratch = NULL;
    g_autoptr(store_t) store = NULL;
    struct plan plan;
    gboolean done;

    if (!prepare(session, &plan, quiet, error))
        return FALSE;
    store = store_open(session->campaign->out, identity, error);
    if (!store || !campaign_store_put(store, session, plan.trials, error))
        return FALSE;
    scratch = g_dir_make_tmp("lltfi-XXXXXX", error);
    if (!scratch)
        return FALSE;
    done = run_missing_trials(session, store, &plan, scratch, quiet, error);
    session_remove_scratch(scratch);
    return done;
}

static gboolean print_summary(const char *dir, const struct run_options *options, GError **error)
{
    struct report_option option = { .exact = options->exact };
    g_autoptr(store_t) store = store_open_read(dir, error);

    terminal_describe(&option);
    return store && charts_write(store, dir, &option, error) && report_summary(store, dir, &option, stdout, error);
}

static gboolean run(const struct campaign *campaign, const struct run_options *options, GError **error)
{
    g_autoptr(session_t) session = session_new(campaign, error);

    if (!session)
        return FALSE;
    handle_signals();
    return run_session(session, options->quiet, error) && print_summary(campaign->out, options, error);
}

/* models/lenet.onnx: lltfi-lenet. */
static char *default_folder(const char *model)
{
    g_autofree char *base = g_path_get_basename(model);
    char *dot = strrchr(base, '.');

    if (dot && dot > base)
        *dot = '\0';
    return g_strconcat("lltfi-", base, NULL);
}

static struct campaign *parse(int argc, char **argv, struct run_options *options, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("MODEL.onnx - a campaign of faults and the model's SDC rate");
    const GOptionEntry own[] = {
        { "exact", 0, 0, G_OPTION_ARG_NONE, &options->exact, "print exact intervals, not Wilson's", NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "show no progress", NULL },
        { NULL },
    };
    struct campaign *campaign;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    campaign = options_parse(context, own, TRUE, argc, argv, error);
    if (campaign && !campaign->out)
        campaign->out = default_folder(campaign->model);
    return campaign;
}

int cli_run(int argc, char **argv)
{
    struct run_options options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(campaign_t) campaign = parse(argc, argv, &options, &error);
    int signal_number;

    if (!campaign || !run(campaign, &options, &error))
        return cli_fail(error);
    signal_number = g_atomic_int_get(&interrupted);
    return signal_number ? 128 + signal_number : 0;
}
