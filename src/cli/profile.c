#include "campaign/campaign.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "llfi/verbs/verbs.h"
#include "terminal/display.h"
#include "terminal/progress.h"
#include "terminal/terminal.h"

#include "engine/model/subject.h"
#include "report/render/render.h"
#include "report/trial/profile.h"

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

/* With a model, counting takes longest, so its golden run is announced as that. */
static void show_phase(gpointer data, const char *what)
{
    const struct display *display = data;
    gboolean is_model = display->settings->program.sources->len == 0;

    if (what)
        progress_phase(is_model ? "compiling the model and counting its instructions" : what);
    else
        progress_phase_end();
}

static struct document *model_document(const struct profile_view *view, const struct model_subject *subject)
{
    const struct profiled measured = { subject->model, subject->machine, subject->golden[0], NULL };

    return profile_document(view, &measured);
}

static struct document *program_document(const struct profile_view *view, const struct program_subject *subject)
{
    const struct profiled measured = { .program = subject };
    struct document *document = profile_document(view, &measured);
    g_autofree char *golden = program_golden_text(subject);

    document_verbatim(document, g_strdup_printf("golden run: %s, %.3f s\n", golden, subject->golden->seconds));
    return document;
}

static const struct profile_view *find_view(const struct campaign *campaign, const char *by, GError **error)
{
    const struct profile_view *views = campaign->program.sources->len > 0 ? program_profile_views : model_profile_views;
    const struct profile_view *view = profile_view_find(views, by, error);

    if (!view)
        g_prefix_error(error, "--by %s: ", by);
    return view;
}

static gboolean print_profile(const struct campaign *campaign, const char *by, const struct report_option *option,
                              GError **error)
{
    const struct profile_view *view = find_view(campaign, by, error);
    g_autoptr(campaign_run_t) c = NULL;
    g_autoptr(document_t) document = NULL;
    struct display display;

    display_init(&display, campaign, FALSE);
    display.events.phase = show_phase;
    c = view ? campaign_open(campaign, &display.events, error) : NULL;
    if (!c)
        return FALSE;
    document = subject_is_model(campaign_subject(c)) ? model_document(view, model_subject_of(campaign_subject(c)))
                                                     : program_document(view, program_subject_of(campaign_subject(c)));
    return render(document, option, stdout, error);
}

static lltfi_settings *parse(int argc, char **argv, char **by, struct report_option *option, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("MODEL.onnx | SOURCE... [-- ARGUMENT...] - dynamic instructions and time");
    g_autofree char *format = NULL;
    const GOptionEntry own[] = {
        { "by", 'b', 0, G_OPTION_ARG_STRING, by,
          "layer (default), function or opcode; of a program: function (default), opcode, line or instruction",
          "WHAT" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, FORMATS, "FORMAT" },
        { NULL },
    };
    g_autoptr(settings_t) settings = NULL;

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    settings = options_parse(context, own, FALSE, argc, argv, error);
    if (!settings || (format && !report_format_parse(format, &option->format, error)))
        return NULL;
    return g_steal_pointer(&settings);
}

static int profile(int argc, char **argv)
{
    struct report_option option = { .format = FORMAT_TABLE };
    g_autofree char *by = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(settings_t) settings = parse(argc, argv, &by, &option, &error);
    gboolean done;

    terminal_describe(&option);
    done = settings && print_profile(settings_campaign(settings), by, &option, &error);
    return done ? 0 : cli_fail(error);
}

/* LLFI's verb of this name takes an executable. */
int cli_profile(int argc, char **argv)
{
    return argc > 1 && llfi_is_profiling(argv[1]) ? verb_profile(argc, argv) : profile(argc, argv);
}
