#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/profile_report.h"
#include "cli/program_profile.h"
#include "llfi/verbs/verbs.h"
#include "terminal/display.h"
#include "terminal/progress.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "engine/model/subject.h"
#include "ops/ops.h"
#include "report/rates.h"

#include <stdio.h>
#include <string.h>

static const char summary[] = "Runs the model once in its scalar form, which is what faults are injected into,\n"
                              "or the program, and counts every instruction. 'selected' are the executions that a\n"
                              "fault may hit: their number is the size of the fault space. Fast and scalar: time\n"
                              "without faults.";
static const char description[] =
    OPTIONS_SITE_WORDS "\nExamples:\n"
                       "  lltfi profile lenet.onnx --input eight.png\n"
                       "  lltfi profile net.onnx --input x.npy --insttype all --registers allreg --by opcode\n"
                       "  lltfi profile net.onnx --input x.npy --format csv\n"
                       "  lltfi profile sort.c --by line -- 100\n";

/* A layer of a model is a function of its program: one row serves both questions. */
static GPtrArray *rows_by_layer(gconstpointer measured)
{
    const struct model_subject *session = measured;
    GPtrArray *rows = profile_rows_new();
    const struct golden *golden = session->golden[0];

    for (guint l = 1; l <= session->model->layers->len; l++) {
        const struct layer *layer = model_layer(session->model, (int)l);
        struct profile_row *row = profile_row_add(rows, l, layer->name, layer->operator->type);

        row->instructions = profile_layer(session->machine, (int)l, NULL);
        row->selected = golden->selected[l - 1];
        row->fast_milliseconds = golden->fast_seconds[l - 1] * 1e3;
        row->scalar_milliseconds = golden->scalar_seconds[l - 1] * 1e3;
    }
    return rows;
}

static GPtrArray *rows_by_opcode(gconstpointer measured)
{
    const struct model_subject *session = measured;
    uint64_t counts[OPCODE_COUNT] = { 0 }, selected[OPCODE_COUNT] = { 0 };

    for (guint l = 1; l <= session->model->layers->len; l++)
        profile_layer(session->machine, (int)l, counts);
    for (guint s = 0; s < session->machine->sites->len; s++) {
        const struct site *site = &g_array_index(session->machine->sites, struct site, s);

        selected[site->opcode] += site->count;
    }
    return profile_rows_of_opcodes(counts, selected);
}

static const struct profile_view model_views[] = {
    { "layer", "#", "layer", "operator", rows_by_layer },
    { "function", NULL, "function", "operator", rows_by_layer },
    { "opcode", "#", "opcode", NULL, rows_by_opcode },
    { NULL },
};

/* Of a model, what takes long is counting. */
static void show_phase(gpointer data, const char *what)
{
    const struct display *display = data;
    gboolean is_model = display->settings->program.sources->len == 0;

    if (what)
        progress_phase(is_model ? "compiling the model and counting its instructions" : what);
    else
        progress_phase_end();
}

static gboolean print_profile(const struct campaign *campaign, const char *by, const struct report_option *option,
                              GError **error)
{
    gboolean is_program = campaign->program.sources->len > 0;
    const struct profile_view *view = profile_view_find(is_program ? program_views : model_views,
                                                        by           ? by
                                                        : is_program ? "function"
                                                                     : "layer",
                                                        error);
    g_autoptr(campaign_run_t) c = NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    struct display display;

    display_init(&display, campaign, FALSE);
    display.events.phase = show_phase;
    c = view ? campaign_open(campaign, &display.events, error) : NULL;
    if (!c)
        return FALSE;
    rows = view->rows(campaign_subject(c));
    profile_write(rows, view, option, text);
    if (is_program && option->format == FORMAT_TABLE)
        program_profile_append_golden(program_subject_of(campaign_subject(c)), text);
    return report_write(text, stdout, error);
}

static struct campaign *parse(int argc, char **argv, char **by, struct report_option *option, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("MODEL.onnx | SOURCE... [-- ARGUMENT...] - dynamic instructions and time");
    g_autofree char *format = NULL;
    const GOptionEntry own[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, by,
          "layer (default), function or opcode; of a program: function (default), opcode, line or instruction",
          "WHAT" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
        { NULL },
    };
    g_autoptr(campaign_t) campaign = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    campaign = options_parse(context, own, FALSE, argc, argv, error);
    if (!campaign || (format && !report_format_parse(format, &option->format, error)))
        return NULL;
    return g_steal_pointer(&campaign);
}

static int profile(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE };
    g_autofree char *by = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(campaign_t) campaign = parse(argc, argv, &by, &option, &error);
    gboolean done;

    terminal_describe(&option);
    done = campaign && print_profile(campaign, by, &option, &error);
    return done ? 0 : cli_fail(error);
}

/* LLFI's verb of this name takes an executable. */
int cli_profile(int argc, char **argv)
{
    return argc > 1 && llfi_is_profiling(argv[1]) ? verb_profile(argc, argv) : profile(argc, argv);
}
