#include "cli/cli.h"
#include "cli/llfi.h"
#include "cli/options.h"
#include "cli/profile_report.h"
#include "cli/session.h"
#include "cli/terminal.h"

#include "base/errors.h"
#include "ops/ops.h"
#include "report/progress.h"
#include "report/rates.h"

#include <stdio.h>
#include <string.h>

static const char summary[] = "Runs the model once in its scalar form, which is what faults are injected into,\n"
                              "and counts every instruction. 'selected' are the executions that a fault may hit:\n"
                              "their number is the size of the fault space. Fast and scalar: time without faults.";
static const char description[] =
    OPTIONS_SITE_WORDS "\nExamples:\n"
                       "  lltfi profile lenet.onnx --input eight.png\n"
                       "  lltfi profile net.onnx --input x.npy --insttype all --registers allreg --by opcode\n"
                       "  lltfi profile net.onnx --input x.npy --format csv\n";

/* A layer of a model is a function of its program: one row serves both questions. */
static GPtrArray *rows_by_layer(const struct session *session)
{
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

static gint by_instructions(gconstpointer a, gconstpointer b)
{
    const struct profile_row *left = *(struct profile_row *const *)a, *right = *(struct profile_row *const *)b;

    return (left->instructions < right->instructions) - (left->instructions > right->instructions);
}

static GPtrArray *rows_by_opcode(const struct session *session)
{
    GPtrArray *rows = profile_rows_new();
    uint64_t counts[OPCODE_COUNT] = { 0 }, selected[OPCODE_COUNT] = { 0 };

    for (guint l = 1; l <= session->model->layers->len; l++)
        profile_layer(session->machine, (int)l, counts);
    for (guint s = 0; s < session->machine->sites->len; s++) {
        const struct site *site = &g_array_index(session->machine->sites, struct site, s);

        selected[site->opcode] += site->count;
    }
    for (unsigned o = 1; o < OPCODE_COUNT; o++) {
        struct profile_row *row = counts[o] > 0 ? profile_row_add(rows, o, opcode_name(o), NULL) : NULL;

        if (!row)
            continue;
        row->instructions = counts[o];
        row->selected = selected[o];
    }
    g_ptr_array_sort(rows, by_instructions);
    return rows;
}

static const struct profile_view views[] = {
    { "layer", "#", "layer", "operator", rows_by_layer },
    { "function", NULL, "function", "operator", rows_by_layer },
    { "opcode", "#", "opcode", NULL, rows_by_opcode },
};

static const struct profile_view *find_view(const char *name, GError **error)
{
    for (size_t v = 0; v < G_N_ELEMENTS(views); v++)
        if (strcmp(views[v].name, name) == 0)
            return &views[v];
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "--by %s: it must be layer, function or opcode", name);
    return NULL;
}

static gboolean profile(const struct campaign *campaign, const struct profile_view *view,
                        const struct report_option *option, GError **error)
{
    g_autoptr(session_t) session = session_new(campaign, error);
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    gboolean done;

    if (!session)
        return FALSE;
    progress_phase("compiling the model and counting its instructions", FALSE);
    done = session_run_golden(session, error);
    progress_phase_end(FALSE);
    if (!done)
        return FALSE;
    rows = view->rows(session);
    profile_write(rows, view, option, text);
    return report_write(text, stdout, error);
}

static struct campaign *parse(int argc, char **argv, const struct profile_view **view, struct report_option *option,
                              GError **error)
{
    g_autoptr(GOptionContext) context = g_option_context_new("MODEL.onnx - dynamic instructions and time of a model");
    g_autofree char *by = NULL, *format = NULL;
    const GOptionEntry own[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, &by, "layer (default), function or opcode", "WHAT" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
        { NULL },
    };
    g_autoptr(campaign_t) campaign = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    campaign = options_parse(context, own, FALSE, argc, argv, error);
    if (campaign && campaign->program.sources->len > 0) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "'%s' is a program: `lltfi run` profiles it, and `lltfi results DIR --by function` shows each "
                    "function's share",
                    campaign->model);
        return NULL;
    }
    if (!campaign || (format && !report_format_parse(format, &option->format, error)))
        return NULL;
    *view = find_view(by ? by : "layer", error);
    return *view ? g_steal_pointer(&campaign) : NULL;
}

static int profile_model(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE };
    const struct profile_view *view = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(campaign_t) campaign = parse(argc, argv, &view, &option, &error);

    terminal_describe(&option);
    if (!campaign || !profile(campaign, view, &option, &error))
        return cli_fail(error);
    return 0;
}

/* LLFI's verb of this name takes an executable. */
int cli_profile(int argc, char **argv)
{
    return argc > 1 && llfi_is_profiling(argv[1]) ? cli_llfi_profile(argc, argv) : profile_model(argc, argv);
}
