#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/sample_plan.h"
#include "engine/model/subject.h"
#include "terminal/display.h"
#include "terminal/interrupt.h"
#include "terminal/terminal.h"

#include "base/errors.h"

#include <stdio.h>

static const char summary[] =
    "Runs the model or program once without faults, then many times with one fault each, and says\n"
    "how often its output was silently wrong (SDC). The campaign's folder keeps every\n"
    "trial; the same command resumes an interrupted campaign.";
static const char examples[] = "\nExamples:\n"
                               "  lltfi run lenet.onnx --input eight.png --trials 2000\n"
                               "  lltfi run net.onnx --input images/ --label labels.csv --layer Conv:1 --jobs 2\n"
                               "  lltfi run net.onnx --input x.npy --fault stuck_at_1 --insttype fadd,fmul --seed 7\n"
                               "  lltfi run net.onnx --input x.npy --registers allsrcreg --bit 30 --out bit30\n"
                               "  lltfi run net.onnx --input x.npy --until-error 0.5%          # as many as it takes\n"
                               "  lltfi run net.onnx --input x.npy --exhaustive --layer Gemm --bits 23..31\n"
                               "  lltfi run net.onnx --input x.npy --level weight --layer Conv --out weights\n"
                               "  lltfi run net.onnx --input x.npy --fault none --trials 10    # all must be benign\n"
                               "  lltfi run --config campaign.yaml\n"
                               "  lltfi run sort.c -- 100                          # a program with its arguments\n"
                               "  lltfi run a.cc b.cc --cflags -Iinclude --libs -lz --output out.txt -- data.txt\n";

/* What --plan plans for where no error is asked for. */
#define DEFAULT_ERROR 0.01

/* The verb's own options. */
struct run_options {
    gboolean exact, quiet, plan;
};

static gboolean print_plan(const struct campaign_run *c, FILE *to, GError **error)
{
    const struct campaign *settings = campaign_settings(c);
    double width = settings->until_error > 0 ? settings->until_error : DEFAULT_ERROR;

    return sample_plan_print(model_subject_of(campaign_subject(c)), width, to, error);
}

/* What the public header does not show is taken from the library's insides: the subject, and the summary of the store.
 */
static gboolean run_opened(lltfi_campaign *campaign, const struct run_options *options, GError **error)
{
    const struct campaign_run *c = library_campaign(campaign);
    const struct campaign *settings = campaign_settings(c);

    if (options->plan)
        return print_plan(c, stdout, error);
    if (!options->quiet && settings->until_error > 0 && !settings->is_program && !print_plan(c, stderr, error))
        return FALSE;
    return lltfi_campaign_run(campaign, error) &&
           terminal_summary(lltfi_campaign_folder(campaign), options->exact, error);
}

static gboolean run(lltfi_settings *settings, const struct run_options *options, GError **error)
{
    const struct campaign *asked = settings_campaign(settings);
    g_autoptr(library_campaign_t) campaign = NULL;
    struct display display;

    if (asked->is_program && options->plan)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "'%s' is a program, and --plan plans the trials of layers: that is for models", asked->model);
    display_init(&display, asked, options->quiet);
    display.events.stop = is_interrupted;
    if (!asked->is_program && asked->exhaustive && asked->trials_given && !options->quiet)
        display_note("an exhaustive campaign runs every fault: the number of trials has no effect");
    interrupt_handle();
    campaign = lltfi_campaign_open(settings, &display.events, error);
    return campaign && run_opened(campaign, options, error);
}

static lltfi_settings *parse(int argc, char **argv, struct run_options *options, GError **error)
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

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    return options_parse(context, own, TRUE, argc, argv, error);
}

int cli_run(int argc, char **argv)
{
    struct run_options options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(settings_t) settings = parse(argc, argv, &options, &error);
    int signal_number;

    if (!settings || !run(settings, &options, &error))
        return cli_fail(error);
    signal_number = g_atomic_int_get(&interrupted);
    return signal_number ? 128 + signal_number : 0;
}
