/* `lltfi protect`: makes a plan of protection, and the protected model or program. */
#include "cli/cli.h"
#include "cli/options.h"
#include "engine/protected.h"

#include "base/errors.h"
#include "base/file.h"

#include <stdio.h>
#include <string.h>

static const char summary[] =
    "Computes selected instructions twice, compares, and reports or corrects a difference. Writes the\n"
    "protected model or program and, beside it, the plan as YAML, which `lltfi run --protect` measures.";
static const char examples[] =
    "\nFILE ends in .ll, .bc or .o, or in .yaml for the plan alone; anything else is an executable.\n"
    "SCOPE     arithmetic (default: floating-point), data (all but addresses), address, all\n"
    "\nExamples:\n"
    "  lltfi protect lenet.onnx --technique shadow --correct vote --layer Conv -o lenet-protected.ll\n"
    "  lltfi run lenet.onnx --input eight.png --protect lenet-protected.yaml --out protected\n"
    "  lltfi protect sort.c --technique acd --scope all -O 2 -o sort-protected\n"
    "  lltfi protect lenet.onnx --protect lenet-protected.yaml --form fast -o lenet.o   # an existing plan\n";

struct protect_options {
    char *technique, *correct, *scope, *form, *output, *on_detect;
};

static gboolean set_word(const char *option, const char *text, gboolean (*parse)(const char *, int *, GError **),
                         int *value, GError **error)
{
    if (!text || parse(text, value, error))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static gboolean find_form(const char *name, enum form *form, GError **error)
{
    *form = name && strcmp(name, form_names[FORM_FAST]) == 0 ? FORM_FAST : FORM_SCALAR;
    return !name || strcmp(name, form_names[*form]) == 0 ||
           set_error(error, LLTFI_ERROR_USAGE, "--form %s: it must be scalar (what faults strike) or fast", name);
}

static gboolean set_response(const char *text, struct protection *plan, GError **error)
{
    plan->keeps_going = text && strcmp(text, "flag") == 0;
    return !text || plan->keeps_going || strcmp(text, "abort") == 0 ||
           set_error(error, LLTFI_ERROR_USAGE, "--on-detect %s: it must be abort (default) or flag", text);
}

/* The plan that the options describe. */
static struct protection *make_plan(const struct campaign *campaign, const struct protect_options *options,
                                    GError **error)
{
    g_autoptr(protection_t) plan = protection_new();
    struct protection_rule *rule = protection_add(plan);
    g_autofree char *name = g_path_get_basename(campaign->model);

    if (!set_word("--technique", options->technique, technique_parse, &rule->technique, error) ||
        !set_word("--correct", options->correct, correction_parse, &rule->correction, error) ||
        !set_word("--scope", options->scope, protection_scope_parse, &rule->scope, error) ||
        !set_response(options->on_detect, plan, error) ||
        !protection_select(rule, &campaign->selection, error))
        return NULL;
    plan->subject = g_steal_pointer(&name);
    plan->hash = protected_hash(campaign, error);
    return plan->hash ? g_steal_pointer(&plan) : NULL;
}

/* A plan that is given, for this model or program. */
static struct protection *read_plan(const struct campaign *campaign, GError **error)
{
    g_autoptr(protection_t) plan = protection_load(campaign->protect, error);
    g_autofree char *hash = plan ? protected_hash(campaign, error) : NULL;

    return hash && protection_check_hash(plan, hash, campaign->model, error) ? g_steal_pointer(&plan) : NULL;
}

/* net-protected.ll: net-protected.yaml. */
static char *plan_path(const char *output)
{
    const char *dot = strrchr(output, '.'), *slash = strrchr(output, '/');
    int length = dot && dot > output && (!slash || dot > slash + 1) ? (int)(dot - output) : (int)strlen(output);

    return g_strdup_printf("%.*s.yaml", length, output);
}

static gboolean write_all(const struct campaign *campaign, const struct protection *plan, const char *output,
                          enum form form, GError **error)
{
    g_autofree char *beside = output ? plan_path(output) : NULL, *text = protection_text(plan);
    gboolean plan_only = output && g_str_has_suffix(output, ".yaml");
    struct protected_counts counts;

    if (!protected_write(campaign, plan, form, plan_only ? NULL : output, &counts, error) ||
        (beside && !file_write(beside, text, strlen(text), error)))
        return FALSE;
    printf("%u of %u instructions protected\n", counts.protected, counts.instructions);
    if (output && !plan_only)
        printf("wrote %s\n", output);
    if (beside)
        printf("wrote %s\n", beside);
    else
        fputs("nothing was written: say where with -o FILE\n", stdout);
    return TRUE;
}

static gboolean protect(const struct campaign *campaign, const struct protect_options *options, GError **error)
{
    g_autoptr(protection_t) plan = NULL;
    enum form form;

    if (!find_form(options->form, &form, error))
        return FALSE;
    plan = campaign->protect ? read_plan(campaign, error) : make_plan(campaign, options, error);
    return plan && write_all(campaign, plan, options->output, form, error);
}

static struct campaign *parse(int argc, char **argv, struct protect_options *options, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("MODEL.onnx | SOURCE... - computes what matters twice, and compares");
    const GOptionEntry own[] = {
        { "technique", 't', 0, G_OPTION_ARG_STRING, &options->technique, "how (default shadow)", "TECHNIQUE" },
        { "correct", 'c', 0, G_OPTION_ARG_STRING, &options->correct, "what about a difference (default none)",
          "CORRECTION" },
        { "scope", 0, 0, G_OPTION_ARG_STRING, &options->scope, "of which kind of instructions", "SCOPE" },
        { "form", 0, 0, G_OPTION_ARG_STRING, &options->form, "of models: scalar (default) or fast", "FORM" },
        { "on-detect", 0, 0, G_OPTION_ARG_STRING, &options->on_detect, "abort (default), or flag: only count it",
          "WHAT" },
        { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "where to write it", "FILE" },
        { NULL },
    };
    g_autofree char *words = protection_help();
    g_autofree char *description = g_strconcat(words, examples, NULL);

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    return options_parse(context, own, FALSE, argc, argv, error);
}

int cli_protect(int argc, char **argv)
{
    struct protect_options options = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(campaign_t) campaign = parse(argc, argv, &options, &error);
    gboolean done = campaign && protect(campaign, &options, &error);

    g_free(options.technique);
    g_free(options.correct);
    g_free(options.scope);
    g_free(options.form);
    g_free(options.output);
    g_free(options.on_detect);
    return done ? 0 : cli_fail(error);
}
