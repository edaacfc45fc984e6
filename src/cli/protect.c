/* `lltfi protect`: makes a plan of protection, and the protected model or program. */
#include "cli/cli.h"
#include "cli/options.h"
#include "engine/protected.h"
#include "report/choice.h"
#include "report/render/render.h"
#include "terminal/terminal.h"

#include "base/errors.h"
#include "base/file.h"
#include "config/words.h"

#include <stdio.h>
#include <stdlib.h>
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
    "  lltfi protect lenet.onnx --from lltfi-lenet --budget 7% -o lenet-chosen.yaml   # what matters most\n"
    "  lltfi protect lenet.onnx --technique range --input digits/ -o lenet-range.yaml\n"
    "  lltfi protect sort.c --technique acd --scope all -O 2 -o sort-protected\n"
    "  lltfi protect lenet.onnx --protect lenet-protected.yaml --form fast -o lenet.o   # an existing plan\n";

struct protect_options {
    char *technique, *correct, *scope, *form, *output, *on_detect, *from, *budget, *format, *margin;
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

#define DEFAULT_MARGIN 0.1

static gboolean add_bounds(const struct campaign *campaign, const struct protect_options *options,
                           struct protection_rule *rule, GError **error)
{
    double margin = DEFAULT_MARGIN;

    if (rule->technique != TECHNIQUE_range)
        return TRUE;
    if (options->margin && !number_parse(options->margin, 0, 1e9, &margin, error)) {
        g_prefix_error(error, "--margin: ");
        return FALSE;
    }
    return protected_profile_bounds(campaign, rule, margin, error);
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
        !set_response(options->on_detect, plan, error) || !protection_select(rule, &campaign->selection, error))
        return NULL;
    if (rule->technique == TECHNIQUE_range && !options->correct)
        rule->correction = CORRECT_clip;
    plan->subject = g_steal_pointer(&name);
    plan->hash = protected_hash(campaign, error);
    if (!plan->hash || !protection_check_rule(rule, error) || !add_bounds(campaign, options, rule, error))
        return NULL;
    return g_steal_pointer(&plan);
}

/* "7%" or "0.07": a share above 0. */
static gboolean parse_budget(const char *text, double *budget, GError **error)
{
    g_autofree char *digits = g_strdup(text);
    gboolean percent = g_str_has_suffix(digits, "%");

    if (percent)
        digits[strlen(digits) - 1] = '\0';
    if (!number_parse(digits, 0, 1e6, budget, NULL) || *budget <= 0)
        return set_error(error, LLTFI_ERROR_USAGE,
                         "--budget %s: it must be above 0, a share of all executions that protection may add, as 10%%",
                         text);
    *budget /= percent ? 100 : 1;
    return TRUE;
}

/* The value of a line "key: value" of the campaign's identity; NULL: the identity has no such line. */
static char *identity_value(struct store *store, const char *key)
{
    g_autofree char *identity = store_get(store, "identity");
    g_auto(GStrv) lines = g_strsplit(identity ? identity : "", "\n", -1);
    gsize length = strlen(key);

    for (char **line = lines; *line; line++)
        if (strncmp(*line, key, length) == 0 && g_str_has_prefix(*line + length, ": "))
            return g_strdup(*line + length + 2);
    return NULL;
}

/* The campaign must be about this model or program, without protection, optimized in the same way. */
static gboolean check_campaign(struct store *store, const struct campaign *campaign, const char *hash, const char *from,
                               GError **error)
{
    gboolean is_program = campaign->program.sources->len > 0;
    g_autofree char *subject = identity_value(store, is_program ? "program" : "model");
    g_autofree char *protection = identity_value(store, "protection"), *level = identity_value(store, "opt_level");

    if (g_strcmp0(subject, hash) != 0)
        return set_error(error, LLTFI_ERROR_INPUT, "'%s' is a campaign about something else than '%s' as it is now",
                         from, campaign->model);
    if (protection)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "'%s' is a campaign on protected code: a choice needs one without protection", from);
    return (level ? atoi(level) : 0) == campaign->opt_level ||
           set_error(error, LLTFI_ERROR_INPUT, "'%s' has --opt-level %s: give the same here", from, level);
}

static struct choice *load_choice(const struct campaign *campaign, const struct protect_options *options,
                                  const struct protection *plan, GError **error)
{
    const struct protection_rule *rule = plan->rules->pdata[0];
    g_autoptr(store_t) store = store_open_read(options->from, error);
    g_autoptr(choice_t) choice = NULL;
    g_autoptr(GArray) possible = NULL;

    if (!store || !check_campaign(store, campaign, plan->hash, options->from, error))
        return NULL;
    choice = choice_load(store, error);
    possible = choice ? protected_candidates(campaign, rule->scope, error) : NULL;
    if (!possible)
        return NULL;
    choice_allow(choice, possible);
    return g_steal_pointer(&choice);
}

/* Replaces what the rule selects by what was chosen. */
static gboolean take_choice(struct protection_rule *rule, const struct choice *choice, const char *from, GError **error)
{
    GArray *indices = selection_replace(&rule->selection, SELECT_INDEX)->indices;

    for (guint i = 0; i < choice->items->len; i++) {
        const struct choice_item *item = &g_array_index(choice->items, struct choice_item, i);

        if (item->chosen)
            g_array_append_val(indices, item->index);
    }
    return indices->len > 0 ||
           set_error(error, LLTFI_ERROR_INPUT,
                     "'%s' has no instruction that is worth protecting within this budget and scope", from);
}

/* Chooses by a campaign, and shows what there is to choose from. */
static gboolean choose(const struct campaign *campaign, const struct protect_options *options, struct protection *plan,
                       GError **error)
{
    struct protection_rule *rule = plan->rules->pdata[0];
    double price = choice_price(rule->technique, rule->correction), budget;
    struct report_option option = { .format = FORMAT_TABLE };
    g_autoptr(choice_t) choice = NULL;
    g_autoptr(document_t) document = NULL;

    if (!options->from && !options->budget)
        return TRUE;
    if (rule->technique == TECHNIQUE_range)
        return set_error(error, LLTFI_ERROR_USAGE, "--from chooses instructions, and range is for layers: say --layer");
    if (!options->from || !options->budget)
        return set_error(error, LLTFI_ERROR_USAGE, "--from CAMPAIGN and --budget X%% belong together");
    terminal_describe(&option);
    if (!parse_budget(options->budget, &budget, error) ||
        (options->format && !report_format_parse(options->format, &option.format, error)))
        return FALSE;
    choice = load_choice(campaign, options, plan, error);
    if (!choice)
        return FALSE;
    document = choice_document(choice, budget, price, &option);
    return render(document, &option, stdout, error) && take_choice(rule, choice, options->from, error);
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
    return plan && choose(campaign, options, plan, error) && write_all(campaign, plan, options->output, form, error);
}

static lltfi_settings *parse(int argc, char **argv, struct protect_options *options, GError **error)
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
        { "margin", 0, 0, G_OPTION_ARG_STRING, &options->margin,
          "range: how far bounds are from what was profiled (default 0.1: a tenth)", "X" },
        { "from", 0, 0, G_OPTION_ARG_FILENAME, &options->from, "choose by this campaign's trials", "CAMPAIGN" },
        { "budget", 0, 0, G_OPTION_ARG_STRING, &options->budget, "of added executions, for the choice", "X%" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &options->format, FORMATS, "FORMAT" },
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
    g_autoptr(settings_t) settings = parse(argc, argv, &options, &error);
    gboolean done = settings && protect(settings_campaign(settings), &options, &error);

    g_free(options.technique);
    g_free(options.correct);
    g_free(options.scope);
    g_free(options.form);
    g_free(options.output);
    g_free(options.on_detect);
    g_free(options.from);
    g_free(options.budget);
    g_free(options.format);
    g_free(options.margin);
    return done ? 0 : cli_fail(error);
}
