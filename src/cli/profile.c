#include "campaign/program.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/profile_report.h"
#include "cli/program_profile.h"
#include "llfi/verbs/verbs.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "ops/ops.h"
#include "report/progress.h"
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

static const struct profile_view views[] = {
    { "layer", "#", "layer", "operator", rows_by_layer },
    { "function", NULL, "function", "operator", rows_by_layer },
    { "opcode", "#", "opcode", NULL, rows_by_opcode },
    { NULL },
};

static gboolean profile_model(const struct campaign *campaign, const char *by, const struct report_option *option,
                              GError **error)
{
    const struct profile_view *view = profile_view_find(views, by ? by : "layer", error);
    struct model_subject *session = view ? model_start(campaign, error) : NULL;
    g_autoptr(subject_t) subject = session ? &session->base : NULL;
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean done;

    if (!session)
        return FALSE;
    progress_phase("compiling the model and counting its instructions", FALSE);
    done = model_start_golden(session, error);
    progress_phase_end(FALSE);
    if (!done)
        return FALSE;
    rows = view->rows(session);
    profile_write(rows, view, option, text);
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
    done = campaign && (campaign->program.sources->len > 0 ? program_profile(campaign, by, &option, &error)
                                                           : profile_model(campaign, by, &option, &error));
    return done ? 0 : cli_fail(error);
}

/* LLFI's verb of this name takes an executable. */
int cli_profile(int argc, char **argv)
{
    return argc > 1 && llfi_is_profiling(argv[1]) ? verb_profile(argc, argv) : profile(argc, argv);
}
