#include "llfi/dialect/dialect.h"

#include "config/words.h"

#include <float.h>
#include <string.h>

#define NOT_READ "LLFI does not read this key; ignored"
#define NO_TRACE "a campaign on a model writes no trace; `lltfi replay` shows what one trial's fault changed"
#define NO_OPTIONS "ignored: register selectors for models have no options"
#define NO_FAKE_QUANTIZATION \
    "LLFI's fake quantization is not supported; remove the key to inject into the model as it is"

static gboolean set_kernel_option(gpointer data G_GNUC_UNUSED, const char *text, GError **error)
{
    static const struct word words[] = { { "forceRun", 0 }, { NULL } };
    int value;

    return word_parse(words, text, &value, error);
}

static void load_kernel_option(struct loader *loader, const struct yaml *node, gpointer option G_GNUC_UNUSED)
{
    load_words(loader, node, "kernelOption", set_kernel_option, NULL);
    loader_notice(loader, node, "kernelOption: has no effect: there is no question that it could answer");
}

static const struct key campaign_keys[] = {
    { "kernelOption", KEY_CUSTOM, 0, .load = load_kernel_option },
    { "defaultTimeOut", KEY_NUMBER, offsetof(struct llfi_option, timeout), .least = DBL_MIN, .most = LONGEST_TIMEOUT,
      .note = "taken as defaultTimeout; LLFI ignores this spelling and waits 500 s" },
    { "timeOut", KEY_NUMBER, offsetof(struct llfi_option, timeout), .least = DBL_MIN, .most = LONGEST_TIMEOUT,
      .note = "taken as defaultTimeout; LLFI ignores this key here and waits 500 s" },
    { NULL },
};

/* As LLFI's verbs read them: they write traces. */
static const struct key tracing_keys[] = {
    { "maxTrace", KEY_INTEGER, offsetof(struct llfi_option, max_trace), .low = 1 },
    { "debugTrace", KEY_BOOL, offsetof(struct llfi_option, debug_trace) },
    { "generateCDFG", KEY_BOOL, offsetof(struct llfi_option, cdfg) },
    { "mlTrace", KEY_IGNORED, .note = NOT_READ },
    { NULL },
};

static const struct key compile_keys[] = {
    { "customRegSelectorOption", KEY_IGNORED, .note = NO_OPTIONS },
    { "tracingPropagation", KEY_BOOL, offsetof(struct llfi_option, tracing) },
    { "tracingPropagationOption", KEY_MAP, 0, .keys = tracing_keys },
    { "doPerInstructionProfile", KEY_IGNORED, .note = NOT_READ },
    { "fakeQuant", KEY_REFUSED, .note = NO_FAKE_QUANTIZATION },
    { NULL },
};

/* As other campaigns read them. */
static const struct key noticed_tracing_keys[] = {
    { "maxTrace", KEY_INTEGER, offsetof(struct llfi_option, max_trace), .low = 1, .note = NO_TRACE },
    { "debugTrace", KEY_BOOL, offsetof(struct llfi_option, debug_trace), .note = NO_TRACE },
    { "generateCDFG", KEY_BOOL, offsetof(struct llfi_option, cdfg), .note = NO_TRACE },
    { "mlTrace", KEY_IGNORED, .note = NOT_READ },
    { NULL },
};

static const struct key noticed_compile_keys[] = {
    { "customRegSelectorOption", KEY_IGNORED, .note = NO_OPTIONS },
    { "tracingPropagation", KEY_BOOL, offsetof(struct llfi_option, tracing), .note = NO_TRACE },
    { "tracingPropagationOption", KEY_MAP, 0, .keys = noticed_tracing_keys },
    { "doPerInstructionProfile", KEY_IGNORED, .note = NOT_READ },
    { "fakeQuant", KEY_REFUSED, .note = NO_FAKE_QUANTIZATION },
    { NULL },
};

static const struct key run_keys[] = {
    { "fi_reg", KEY_IGNORED, .note = NOT_READ },
    { "fi_reg_pos", KEY_IGNORED, .note = NOT_READ },
    { "doPerInstructionFI", KEY_IGNORED, .note = NOT_READ },
    { "perInstructionFIRuns", KEY_IGNORED, .note = NOT_READ },
    { NULL },
};

/* Whether a word, or a list of words, has this one. */
static gboolean has_word(const struct yaml *node, const char *word)
{
    if (!node || node->kind == YAML_SCALAR)
        return node && strcmp(node->text, word) == 0;
    for (guint i = 0; node->kind == YAML_LIST && i < node->items->len; i++)
        if (has_word(node->items->pdata[i], word))
            return TRUE;
    return FALSE;
}

static void check_excluded(struct loader *loader, const struct yaml *functions, const struct yaml *excluded)
{
    if (excluded->kind == YAML_SCALAR && !has_word(yaml_value(functions, "include"), excluded->text))
        loader_error(loader, functions, "funcname: '%.60s' is excluded, but not included", excluded->text);
    for (guint i = 0; excluded->kind == YAML_LIST && i < excluded->items->len; i++)
        check_excluded(loader, functions, excluded->items->pdata[i]);
}

/* LLFI ends with an error where a function is excluded that is not included. */
static void check_functions(struct loader *loader, const struct yaml *methods)
{
    for (guint i = 0; methods->kind == YAML_LIST && i < methods->items->len; i++) {
        const struct yaml *functions = yaml_value(methods->items->pdata[i], "funcname");
        const struct yaml *excluded = yaml_value(functions, "exclude");

        if (excluded && !has_word(yaml_value(functions, "include"), "all"))
            check_excluded(loader, functions, excluded);
    }
}

/* What LLFI's verbs require of compileOption. */
static void check_compile_option(struct loader *loader, const struct yaml *node, const struct llfi_option *option)
{
    const struct yaml *methods = yaml_value(node, "instSelMethod");

    if (methods)
        check_functions(loader, methods);
    else
        loader_error(loader, node, "compileOption needs the key 'instSelMethod', a list: - insttype: {include: [all]}");
    if (!yaml_value(node, "regSelMethod"))
        loader_error(loader, node, "compileOption needs the key 'regSelMethod': regloc or customregselector");
    if (option->cdfg && !option->tracing)
        loader_notice(loader, node, "generateCDFG has no effect without tracingPropagation: True, as in LLFI");
}

static void take_timeout(struct loader *loader, const struct yaml *root G_GNUC_UNUSED)
{
    const struct llfi_option *option = loader->dialect->target;

    if (option->timeout > 0)
        loader->campaign->timeout = option->timeout;
}

static void check_for_verbs(struct loader *loader, const struct yaml *root)
{
    struct llfi_option *option = loader->dialect->target;
    const struct yaml *compile = yaml_value(root, "compileOption");

    option->selects = compile && compile->kind == YAML_MAP;
    if (option->selects)
        check_compile_option(loader, compile, option);
    take_timeout(loader, root);
}

struct dialect llfi_dialect(struct llfi_option *option, gboolean for_verbs)
{
    return (struct dialect){ .campaign = campaign_keys,
                             .compile_option = for_verbs ? compile_keys : noticed_compile_keys,
                             .run = run_keys,
                             .target = option,
                             .check = for_verbs ? check_for_verbs : take_timeout };
}

struct campaign *llfi_campaign_load(const char *path, struct llfi_option *option, GError **error)
{
    const struct dialect dialect = llfi_dialect(option, TRUE);
    g_autoptr(campaign_t) campaign = campaign_new();

    campaign->is_program = TRUE;
    campaign->seed = -1;
    return campaign_load(campaign, path, &dialect, error) ? g_steal_pointer(&campaign) : NULL;
}
