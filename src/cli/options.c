#include "cli/options.h"

#include "base/errors.h"
#include "cli/debug.h"
#include "cli/settings.h"
#include "frontend/program.h"
#include "llfi/dialect/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters of a line of words in --help, after its indentation. */
#define WIDEST_WORDS 66

/* An option as it was given, until the file is read. */
struct given {
    const struct setting *setting;
    char *value; /* NULL for switches */
};

struct options {
    char *config;
    char **fidl;
    GArray *given; /* struct given, in order */
};

static void given_clear(gpointer data)
{
    g_free(((struct given *)data)->value);
}

static const struct {
    const char *name, *title, *help_title;
    gboolean injects; /* of no use to a verb that injects nothing */
} groups[] = {
    [GROUP_INPUT] = { "inputs", "Inputs:", "Show the options for inputs", FALSE },
    [GROUP_PROGRAM] = { "program", "Programs:", "Show the options for programs", FALSE },
    [GROUP_SITES] = { "sites", "What a fault may strike:", "Show the options that select sites", FALSE },
    [GROUP_FAULT] = { "faults", "Faults:", "Show the options for faults", TRUE },
    [GROUP_OUTCOME] = { "outcome", "What counts as SDC:", "Show the options for outcomes", TRUE },
    [GROUP_RUN] = { "campaign", "The campaign:", "Show the options for the campaign", TRUE },
};

/* GOption names the option "--trials" or "-j". */
static gboolean is_called(const struct setting *setting, const char *option)
{
    return g_str_has_prefix(option, "--") ? strcmp(option + 2, setting->name) == 0
                                          : setting->letter && option[1] == setting->letter;
}

static gboolean keep_option(const char *option, const char *value, gpointer data, GError **error G_GNUC_UNUSED)
{
    struct options *options = data;

    for (const struct setting *setting = settings; setting->name; setting++) {
        struct given given = { setting, g_strdup(value) };

        if (is_called(setting, option)) {
            g_array_append_val(options->given, given);
            return TRUE;
        }
        g_free(given.value);
    }
    return FALSE;
}

static GOptionEntry setting_entry(const struct setting *setting)
{
    int flags = setting->argument ? 0 : G_OPTION_FLAG_NO_ARG;

    if (setting->is_file)
        flags |= G_OPTION_FLAG_FILENAME;
    return (GOptionEntry){ setting->name, setting->letter,  flags, G_OPTION_ARG_CALLBACK, (gpointer)keep_option,
                           setting->help, setting->argument };
}

static void add_group(GOptionContext *context, enum setting_group number, struct options *options)
{
    GOptionGroup *group =
        g_option_group_new(groups[number].name, groups[number].title, groups[number].help_title, options, NULL);
    GOptionEntry config[] = {
        { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "settings as YAML; options override them", "FILE" },
        { NULL },
    };

    GOptionEntry fidl[] = {
        { "fidl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->fidl, "descriptions of software faults, as YAML",
          "FILE" },
        { NULL },
    };

    if (number == GROUP_INPUT)
        g_option_group_add_entries(group, config);
    if (number == GROUP_FAULT)
        g_option_group_add_entries(group, fidl);
    for (const struct setting *setting = settings; setting->name; setting++) {
        GOptionEntry entries[] = { setting_entry(setting), { NULL } };

        if (setting->group == number)
            g_option_group_add_entries(group, entries);
    }
    g_option_context_add_group(context, group);
}

/* GOption's own --help leaves out all groups but the main one. */
static gboolean print_help(const char *option G_GNUC_UNUSED, const char *value G_GNUC_UNUSED, gpointer data,
                           GError **error G_GNUC_UNUSED)
{
    char *help = g_option_context_get_help(data, FALSE, NULL);

    fputs(help, stdout);
    g_free(help);
    exit(EXIT_SUCCESS);
}

char *options_fault_models(void)
{
    GString *text = g_string_new("MODEL     ");
    gsize column = 0;

    for (int f = 0; f < FAULT_TYPES; f++) {
        const struct fault_model *model = &fault_models[f];
        const char *note = f == FAULT_BITFLIP ? " (default)" : "";

        if (model->scope == SCOPE_CALL)
            continue;
        if (column + strlen(model->name) > WIDEST_WORDS) {
            g_string_append(text, ",\n          ");
            column = 0;
        } else if (column > 0)
            g_string_append(text, ", ");
        g_string_append_printf(text, "%s%s", model->name, note);
        column += strlen(model->name) + strlen(note) + 2;
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

void options_add(GOptionContext *context, const GOptionEntry *own)
{
    static const GOptionEntry help[] = {
        { "help", 'h', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)print_help, "print this", NULL },
        { NULL },
    };
    GOptionGroup *main = g_option_group_new("main", "", "", context, NULL);

    g_option_context_set_help_enabled(context, FALSE);
    if (own)
        g_option_group_add_entries(main, own);
    g_option_group_add_entries(main, help);
    g_option_context_set_main_group(context, main);
}

/* An error of a setter names the option that it is about, and is a wrong use of the command line. */
static gboolean apply(const struct given *given, struct campaign *campaign, GError **error)
{
    GError *why = NULL;

    if (given->setting->set(campaign, given->setting, given->value, &why))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "--%s: %s", given->setting->name, why->message);
    g_error_free(why);
    return FALSE;
}

/* An option that can be repeated drops what the file said before its first value is added. */
static void forget_file(const GArray *given, struct campaign *campaign)
{
    for (guint g = 0; g < given->len; g++) {
        const struct setting *setting = g_array_index(given, struct given, g).setting;
        gboolean first = TRUE;

        for (guint before = 0; before < g; before++)
            first &= g_array_index(given, struct given, before).setting != setting;
        if (first && setting->reset)
            setting->reset(campaign);
    }
}

static gboolean apply_all(const GArray *given, struct campaign *campaign, GError **error)
{
    forget_file(given, campaign);
    for (int late = 0; late <= 1; late++)
        for (guint g = 0; g < given->len; g++)
            if (g_array_index(given, struct given, g).setting->late == late &&
                !apply(&g_array_index(given, struct given, g), campaign, error))
                return FALSE;
    return settings_check(campaign, error);
}

/* Without a word about it, every instruction of a program that has a result: what LLFI's users include as "all". */
static void select_all(struct selection *selection)
{
    if (selection->entries->len == 0)
        selection_add(selection, SELECT_OPCODE)->include_all = TRUE;
}

static gboolean take_sources(struct campaign *campaign, int argc, char **argv, GError **error)
{
    for (int a = 1; a < argc; a++) {
        if (!program_is_source(argv[a])) {
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                        "'%s' is no source of a program (.c, .cc, .cpp, .ll, .bc...); what the program is called with "
                        "comes behind --, other files behind --libs",
                        argv[a]);
            return FALSE;
        }
        g_ptr_array_add(campaign->program.sources, g_strdup(argv[a]));
    }
    g_free(campaign->model);
    campaign->model = g_strdup(argv[1]);
    select_all(&campaign->selection);
    return TRUE;
}

static gboolean take_model(struct campaign *campaign, const char *verb, int argc, char **argv, GError **error)
{
    if (argc >= 2 && program_is_source(argv[1]))
        return take_sources(campaign, argc, argv, error);
    if (campaign->program.arguments->len > 0) {
        if (argc >= 2 && !g_file_test(argv[1], G_FILE_TEST_EXISTS))
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "there is no file '%s'", argv[1]);
        else
            g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' behind --: only programs have arguments",
                        (char *)campaign->program.arguments->pdata[0]);
        return FALSE;
    }
    if (argc == 2) {
        g_free(campaign->model);
        campaign->model = g_strdup(argv[1]);
    }
    if (argc <= 2 && campaign->model)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                "%s%s: lltfi %s MODEL.onnx --input FILE, or PROGRAM.c; `lltfi %s --help` tells more",
                argc > 2 ? "one model at a time, not also " : "say which model or program", argc > 2 ? argv[2] : "",
                verb, verb);
    return FALSE;
}

static gboolean fill(struct campaign *campaign, const struct options *options, const char *verb, int argc, char **argv,
                     GError **error)
{
    struct llfi_option llfi = { 0 };
    const struct dialect dialect = llfi_dialect(&llfi, FALSE);

    campaign->is_program = argc >= 2 && program_is_source(argv[1]);
    for (char **path = options->fidl; path && *path; path++)
        if (!software_faults_load(*path, error))
            return FALSE;
    if ((options->config && !campaign_load(campaign, options->config, &dialect, error)) ||
        !take_model(campaign, verb, argc, argv, error))
        return FALSE;
    for (guint n = 0; n < campaign->notices->len; n++)
        fprintf(stderr, "lltfi: note: %s\n", (const char *)campaign->notices->pdata[n]);
    return apply_all(options->given, campaign, error);
}

/* What stands behind -- is for the program. Returns how many words are left. */
static int take_arguments(struct campaign *campaign, int argc, char **argv)
{
    int own = 1;

    while (own < argc && strcmp(argv[own], "--") != 0)
        own++;
    for (int a = own + 1; a < argc; a++)
        g_ptr_array_add(campaign->program.arguments, g_strdup(argv[a]));
    if (own < argc)
        argv[own] = NULL;
    return own;
}

struct campaign *options_parse(GOptionContext *context, const GOptionEntry *own, gboolean inject, int argc, char **argv,
                               GError **error)
{
    struct options options = { .given = g_array_new(FALSE, FALSE, sizeof(struct given)) };
    g_autoptr(campaign_t) campaign = campaign_new();
    const char *verb = argv[0];
    gboolean done;

    g_array_set_clear_func(options.given, given_clear);
    options_add(context, own);
    for (size_t g = 0; g < G_N_ELEMENTS(groups); g++)
        if (inject || !groups[g].injects)
            add_group(context, (enum setting_group)g, &options);
    debug_add(context);
    argc = take_arguments(campaign, argc, argv);
    done = g_option_context_parse(context, &argc, &argv, error) && fill(campaign, &options, verb, argc, argv, error);
    g_free(options.config);
    g_strfreev(options.fidl);
    g_array_unref(options.given);
    return done ? g_steal_pointer(&campaign) : NULL;
}
