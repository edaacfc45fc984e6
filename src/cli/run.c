#include "campaign/exhaustive.h"
#include "campaign/program.h"
#include "campaign/record.h"
#include "campaign/running.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/sample_plan.h"
#include "engine/model/subject.h"
#include "terminal/interrupt.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/folder.h"
#include "campaign/until.h"
#include "engine/exhaustive/population.h"
#include "engine/run.h"
#include "report/chart.h"
#include "report/report.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char summary[] =
    "Runs the model or program once without faults, then many times with one fault each, and says\n"
    "how often its output was silently wrong (SDC). The campaign's folder keeps every\n"
    "trial; the same command goes on where an interrupted one stopped.";
static const char examples[] = "\nExamples:\n"
                               "  lltfi run lenet.onnx --input eight.png --trials 2000\n"
                               "  lltfi run net.onnx --input images/ --label labels.csv --layer Conv:1 --jobs 2\n"
                               "  lltfi run net.onnx --input x.npy --fault stuck_at_1 --insttype fadd,fmul --seed 7\n"
                               "  lltfi run net.onnx --input x.npy --registers allsrcreg --bit 30 --out bit30\n"
                               "  lltfi run net.onnx --input x.npy --until-error 0.5%          # as many as it takes\n"
                               "  lltfi run net.onnx --input x.npy --exhaustive --layer Gemm --bits 23..31\n"
                               "  lltfi run net.onnx --input x.npy --level weight --layer Conv --out weights\n"
                               "  lltfi run net.onnx --input x.npy --fault none --trials 10    # all benign, or a bug\n"
                               "  lltfi run --config campaign.yaml\n"
                               "  lltfi run sort.c -- 100                          # a program with its arguments\n"
                               "  lltfi run a.cc b.cc --cflags -Iinclude --libs -lz --output out.txt -- data.txt\n";

/* The most trials of a campaign that --until-error ends. */
#define MOST_TRIALS 1000000000
/* What --plan plans for where no error is asked for. */
#define DEFAULT_ERROR 0.01

/* The verb's own options. */
struct run_options {
    gboolean exact, quiet, plan;
};

/* A sampled campaign on its way: trials go to the store as they end. */
struct sample {
    struct running running;
    struct until *until; /* NULL: all trials are run */
    gint stop;           /* start no more */
};

static gboolean is_known_well(const struct sample *sampling)
{
    uint64_t trials;

    return sampling->until && until_reached(sampling->until, &trials);
}

static gboolean keep_trial(const struct trial *trial, gpointer data, GError **error)
{
    struct sample *sampling = data;

    if (!store_put_trial(sampling->running.store, trial, error))
        return FALSE;
    progress_add(sampling->running.progress, trial->outcome, 1);
    if (sampling->until)
        until_add(sampling->until, trial->number, trial->layer, trial->outcome);
    if (is_known_well(sampling))
        g_atomic_int_set(&sampling->stop, 1);
    return TRUE;
}

static gboolean now_and_then(gpointer data, GError **error)
{
    struct sample *sampling = data;

    if (g_atomic_int_get(&interrupted))
        g_atomic_int_set(&sampling->stop, 1);
    return running_tick(&sampling->running, error);
}

static void print_note(const char *text, gpointer data G_GNUC_UNUSED)
{
    fprintf(stderr, "lltfi: note: %s\n", text);
}

/* Trials behind the one that sufficed are forgotten: how many there are depends on the jobs. */
static gboolean stop_there(struct store *store, const struct sample *sampling, const struct campaign *campaign,
                           GError **error)
{
    g_autofree char *text = NULL, *number = NULL;
    uint64_t trials;

    if (!sampling->until || !until_reached(sampling->until, &trials))
        return TRUE;
    number = g_strdup_printf("%" G_GUINT64_FORMAT, trials);
    text = g_strdup_printf("after %s trials: the SDC rate%s is known to +-%g %% (95 %% interval)", number,
                           campaign->until_by_layer ? " of every layer" : "", 100 * campaign->until_error);
    return store_begin(store, error) && store_drop_trials(store, trials, error) &&
           store_set(store, "trials", number, error) && store_set(store, "stopped", text, error) &&
           store_commit(store, error);
}

static gboolean run_trials_into(struct run *run, struct store *store, const struct tally *before,
                                struct sample *sampling, gboolean quiet, GError **error)
{
    const struct campaign *campaign = run->plan->campaign;
    uint64_t total = run->plan->trials;
    gboolean finished;

    if (campaign->until_error > 0)
        total = MIN(total, sample_size(total, campaign->until_error));
    run->sink = keep_trial;
    run->tick = now_and_then;
    run->note = print_note;
    run->data = sampling;
    run->stop = &sampling->stop;
    finished = running_begin(&sampling->running, store, total, before, quiet, error) && run_trials(run, error);
    return running_end(&sampling->running, finished, error);
}

/* A stored trial counts as one that ends now. */
static gboolean add_stored(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                           GError **error G_GNUC_UNUSED)
{
    enum outcome outcome = OUTCOME_BENIGN;

    while (outcome + 1 < OUTCOME_COUNT && strcmp(values[2], outcome_names[outcome]) != 0)
        outcome++;
    until_add(data, g_ascii_strtoull(values[0], NULL, 10), atoi(values[1]), outcome);
    return TRUE;
}

/* What decides when to stop, with the trials that are there; NULL without an error where nothing does. */
static struct until *make_until(const struct plan *plan, struct store *store, GError **error)
{
    const struct campaign *campaign = plan->campaign;
    const struct model_subject *model = subject_is_model(plan->subject) ? model_subject_of(plan->subject) : NULL;
    guint n = model ? model->model->layers->len : 0;
    g_autofree gboolean *layers = g_new0(gboolean, n + 1);
    g_autoptr(until_t) until = NULL;

    if (campaign->until_error <= 0)
        return NULL;
    for (size_t i = 0; i < plan->subject->n_inputs; i++)
        for (guint l = 0; l < n; l++)
            layers[l + 1] |= model->golden[i]->selected[l] > 0;
    until = until_new(campaign->until_error, campaign->until_by_layer ? layers : NULL, (int)n);
    return store_query(store, "SELECT number, layer, outcome FROM trial ORDER BY number", add_stored, until, error)
               ? g_steal_pointer(&until)
               : NULL;
}

static gboolean run_missing_trials(struct run *run, struct store *store, gboolean quiet, GError **error)
{
    g_autoptr(GArray) done = store_done(store, error);
    g_autoptr(breakdown_t) before = done ? breakdown_load(store, BY_ALL, error) : NULL;
    g_autoptr(until_t) until = NULL;
    GError *failed = NULL;
    struct sample sampling = { 0 };

    if (!before)
        return FALSE;
    run->jobs = run->plan->campaign->jobs;
    run->record = run->plan->campaign->record;
    run->done = done;
    sampling.until = until = make_until(run->plan, store, &failed);
    if (failed) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    if (done->len < run->plan->trials && !is_known_well(&sampling) &&
        !run_trials_into(run, store, &before->total, &sampling, quiet, error))
        return FALSE;
    return stop_there(store, &sampling, run->plan->campaign, error);
}

/* Golden runs come before the folder: an error of theirs leaves none behind. */
static gboolean prepare(struct model_subject *session, struct plan *plan, gboolean quiet, GError **error)
{
    gboolean done;

    progress_phase("compiling the model and running it without faults", quiet);
    done = model_start_golden(session, error) && plan_init(plan, &session->base, error);
    progress_phase_end(quiet);
    return done;
}

static gboolean run_sample(struct model_subject *session, const struct plan *plan, const char *scratch, gboolean quiet,
                           GError **error)
{
    g_autofree char *identity = subject_identity(&session->base);
    g_autoptr(store_t) store = store_open(session->base.campaign->out, identity, error);

    return store && campaign_store_put(store, session, plan->trials, error) &&
           run_missing_trials(&(struct run){ .plan = plan, .scratch = scratch }, store, quiet, error);
}

static gboolean run_session(struct model_subject *session, const struct plan *plan, gboolean quiet, GError **error)
{
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", error);
    gboolean done;

    if (!scratch)
        return FALSE;
    done = session->base.campaign->exhaustive ? exhaustive_campaign(session, scratch, &interrupted, quiet, error)
                                              : run_sample(session, plan, scratch, quiet, error);
    folder_remove(scratch);
    return done;
}

static gboolean run_program_into(struct program_subject *subject, const char *scratch, gboolean quiet, GError **error)
{
    g_autofree char *identity = subject_identity(&subject->base);
    g_autoptr(store_t) store = NULL;
    struct plan plan;

    interrupt_handle();
    if (!plan_init(&plan, &subject->base, error))
        return FALSE;
    store = store_open(subject->base.campaign->out, identity, error);
    return store && campaign_store_put_program(store, subject, plan.trials, error) &&
           run_missing_trials(&(struct run){ .plan = &plan, .scratch = scratch }, store, quiet, error);
}

static gboolean run_program(const struct campaign *campaign, gboolean quiet, GError **error)
{
    g_autofree char *scratch = g_dir_make_tmp("lltfi-XXXXXX", error);
    g_autoptr(program_subject_t) subject = scratch ? program_start(campaign, scratch, quiet, error) : NULL;
    gboolean done = subject && run_program_into(subject, scratch, quiet, error);

    if (scratch)
        folder_remove(scratch);
    return done;
}

static gboolean print_summary(const char *dir, const struct run_options *options, GError **error)
{
    struct report_option option = { .exact = options->exact };
    g_autoptr(store_t) store = store_open_read(dir, error);

    terminal_describe(&option);
    return store && charts_write(store, dir, &option, error) && report_summary(store, dir, &option, stdout, error);
}

/* What only models have. */
static gboolean check_program(const struct campaign *campaign, const struct run_options *options, GError **error)
{
    const char *wrong = campaign->level != LEVEL_INSTRUCTION ? "--level tensor and weight strike tensors"
                        : campaign->exhaustive               ? "--exhaustive goes through the grains of layers"
                        : campaign->record                   ? "--record follows faults through layers"
                        : campaign->until_by_layer           ? "an error for each layer needs layers"
                        : options->plan                      ? "--plan plans the trials of layers"
                                                             : NULL;

    if (wrong)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is a program, and %s: that is for models",
                    campaign->model, wrong);
    return !wrong;
}

static gboolean run(const struct campaign *campaign, const struct run_options *options, GError **error)
{
    g_autoptr(subject_t) subject = NULL;
    struct model_subject *session;
    double error_width = campaign->until_error > 0 ? campaign->until_error : DEFAULT_ERROR;
    struct plan plan;

    if (campaign->program.sources->len > 0)
        return check_program(campaign, options, error) && run_program(campaign, options->quiet, error) &&
               print_summary(campaign->out, options, error);
    if (campaign->exhaustive && campaign->trials_given && !options->quiet)
        g_printerr("lltfi: note: an exhaustive campaign runs every fault: the number of trials has no effect\n");
    session = model_start(campaign, error);
    subject = session ? &session->base : NULL;
    interrupt_handle();
    if (!session || !prepare(session, &plan, options->quiet, error))
        return FALSE;
    if (options->plan)
        return sample_plan_print(session, error_width, stdout, error);
    if (campaign->until_error > 0 && !options->quiet && !sample_plan_print(session, error_width, stderr, error))
        return FALSE;
    return run_session(session, &plan, options->quiet, error) && print_summary(campaign->out, options, error);
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
        g_option_context_new("MODEL.onnx | SOURCE... [-- ARGUMENT...] - a campaign of faults and the SDC rate");
    const GOptionEntry own[] = {
        { "exact", 0, 0, G_OPTION_ARG_NONE, &options->exact, "print exact intervals, not Wilson's", NULL },
        { "plan", 0, 0, G_OPTION_ARG_NONE, &options->plan, "print how many trials an error needs, run none", NULL },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "show no progress", NULL },
        { NULL },
    };
    g_autofree char *models = options_fault_models();
    g_autofree char *description = g_strconcat(OPTIONS_SITE_WORDS, models, OPTIONS_FAULT_WORDS, examples, NULL);
    struct campaign *campaign;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    campaign = options_parse(context, own, TRUE, argc, argv, error);
    if (campaign && campaign->until_error > 0 && !campaign->trials_given)
        ((struct run_option *)campaign->runs->pdata[0])->trials = MOST_TRIALS;
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
