#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/sample_plan.h"
#include "engine/model/subject.h"
#include "terminal/display.h"
#include "terminal/interrupt.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "report/chart.h"
#include "report/report.h"

#include <stdio.h>
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

static gboolean print_summary(const char *dir, const struct run_options *options, GError **error)
{
    struct report_option option = { .exact = options->exact };
    g_autoptr(store_t) store = store_open_read(dir, error);

    terminal_describe(&option);
    return store && charts_write(store, dir, &option, error) && report_summary(store, dir, &option, stdout, error);
}

static gboolean print_plan(const struct campaign_run *c, FILE *to, GError **error)
{
    const struct campaign *settings = campaign_settings(c);
    double width = settings->until_error > 0 ? settings->until_error : DEFAULT_ERROR;

    return sample_plan_print(model_subject_of(campaign_subject(c)), width, to, error);
}

static gboolean run(const struct campaign *settings, const struct run_options *options, GError **error)
{
    gboolean is_program = settings->program.sources->len > 0;
    g_autoptr(campaign_run_t) c = NULL;
    struct display display;

    if (is_program && options->plan)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "'%s' is a program, and --plan plans the trials of layers: that is for models",
                         settings->model);
    display_init(&display, settings, options->quiet);
    display.events.stop = is_interrupted;
    if (!is_program && settings->exhaustive && settings->trials_given && !options->quiet)
        display_note("an exhaustive campaign runs every fault: the number of trials has no effect");
    interrupt_handle();
    c = campaign_open(settings, &display.events, error);
    if (!c || !campaign_plan(c, error))
        return FALSE;
    if (options->plan)
        return print_plan(c, stdout, error);
    return (options->quiet || settings->until_error <= 0 || is_program || print_plan(c, stderr, error)) &&
           campaign_run(c, error) && print_summary(settings->out, options, error);
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
