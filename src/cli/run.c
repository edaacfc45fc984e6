#include "cli/campaign_store.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/session.h"

#include "base/errors.h"
#include "report/chart.h"
#include "report/progress.h"
#include "report/report.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char summary[] =
    "Runs the model once without faults, then many times with one fault each, and says how often the output was silently\n"
    "wrong (SDC). The campaign's folder keeps every trial; the same command goes on where an interrupted one stopped.";
static const char description[] =
    "Examples:\n"
    "  lltfi run lenet.onnx --input eight.png --trials 2000\n"
    "  lltfi run net.onnx --input images/ --label labels.csv --layer Conv:1 --jobs 2 --out conv1\n"
    "  lltfi run net.onnx --input x.npy --fault stuck_at_1 --insttype fadd,fmul --seed 7\n"
    "  lltfi run --config campaign.yaml\n";

/* How often what is done becomes durable, microseconds. */
#define COMMIT_INTERVAL (G_USEC_PER_SEC / 5)

static volatile gint interrupted;

/* The first one lets running trials end and keeps them; the second ends at once. */
static void on_interrupt(int number)
{
    g_atomic_int_set(&interrupted, 1);
    signal(number, SIG_DFL);
}

/* A campaign on its way: trials go to the store as they end. */
struct running {
    struct store *store;
    struct progress *progress;
    gint64 last_commit;
};

static gboolean keep_trial(const struct trial *trial, gpointer data, GError **error)
{
    struct running *running = data;

    if (!store_put_trial(running->store, trial, error))
        return FALSE;
    progress_add(running->progress, trial->outcome);
    return TRUE;
}

static gboolean commit_now_and_then(gpointer data, GError **error)
{
    struct running *running = data;
    gint64 now = g_get_monotonic_time();

    if (now - running->last_commit < COMMIT_INTERVAL)
        return TRUE;
    running->last_commit = now;
    return store_commit(running->store, error) && store_begin(running->store, error);
}

static gboolean run_missing_trials(struct session *session, struct store *store, const struct plan *plan, const char *scratch,
                                   gboolean quiet, GError **error)
{
    g_autoptr(GArray) done = store_done(store, error);
    struct running running = { .store = store, .last_commit = g_get_monotonic_time() };
    struct run run = {
        .plan = plan,
        .machine = session->machine,
        .references = session->references,
        .jobs = session->campaign->jobs,
        .scratch = scratch,
        .done = done,
        .stop = &interrupted,
        .sink = keep_trial,
        .tick = commit_now_and_then,
        .data = &running,
    };
    gboolean finished;

    if (!done)
        return FALSE;
    running.progress = progress_new(plan->trials, done->len, quiet);
    finished = store_begin(store, error) && run_trials(&run, error);
    /* Whatever ended the campaign, the trials that are done stay. */
    if (!store_commit(store, finished ? error : NULL))
        finished = FALSE;
    progress_free(running.progress);
    return finished;
}

static gboolean run_campaign(struct session *session, struct store *store, gboolean quiet, GError **error)
{
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", error);
    struct plan plan;
    gboolean done;

    if (!scratch)
        return FALSE;
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    done = plan_init(&plan, session->campaign, session->machine, session->golden, session->inputs->len, error) &&
           campaign_store_put(store, session, plan.trials, error) &&
           run_missing_trials(session, store, &plan, scratch, quiet, error);
    g_rmdir(scratch);
    return done;
}
