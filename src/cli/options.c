/*
 * The command line of verbs that take a campaign's settings: makes GOption entries from the table of settings, parses,
 * and applies what was given in the right order. Prints --help.
 */
#include "cli/options.h"

#include "base/errors.h"
#include "cli/debug.h"
#include "config/settings.h"
#include "config/software_faults.h"
#include "frontend/program.h"
#include "terminal/display.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of a wrapped line in --help, after its indentation. */
#define WIDEST_WORDS 66

/* An option as it was given, until the file is read. */
struct given {
    const struct key *key;
    char *value; /* NULL for switches */
};

struct options {
    char *config;
    char **fidl;
    GPtrArray *keys; /* const struct key *: those that have options */
    GArray *given;   /* struct given, in order */
    char **arguments;
};

static void given_clear(gpointer data)
{
    g_free(((struct given *)data)->value);
}

static const struct {
    const char *name, *title, *help_title;
    gboolean injects; /* only for verbs that inject */
} groups[] = {
    [GROUP_INPUT] = { "inputs", "Inputs:", "Show the options for inputs", FALSE },
    [GROUP_PROGRAM] = { "program", "Programs:", "Show the options for programs", FALSE },
    [GROUP_SITES] = { "sites", "What a fault may strike:", "Show the options that select sites", FALSE },
    [GROUP_FAULT] = { "faults", "Faults:", "Show the options for faults", TRUE },
    [GROUP_OUTCOME] = { "outcome", "What counts as SDC:", "Show the options for outcomes", TRUE },
    [GROUP_RUN] = { "campaign", "The campaign:", "Show the options for the campaign", TRUE },
};

/* Whether this is the option that GOption calls "--trials" or "-j". */
static gboolean is_called(const struct key_option *option, const char *name)
{
    return g_str_has_prefix(name, "--") ? strcmp(name + 2, option->name) == 0
                                        : option->letter && name[1] == option->letter;
}

static gboolean keep_option(const char *option, const char *value, gpointer data, GError **error G_GNUC_UNUSED)
{
    struct options *options = data;

    for (guint k = 0; k < options->keys->len; k++) {
        const struct key *key = options->keys->pdata[k];
        struct given given = { key, NULL };

        if (is_called(&key->option, option)) {
            given.value = g_strdup(value);
            g_array_append_val(options->given, given);
            return TRUE;
        }
    }
    return FALSE;
}

static GOptionEntry option_entry(const struct key_option *option)
{
    int flags = option->argument ? 0 : G_OPTION_FLAG_NO_ARG;

    if (option->is_file)
        flags |= G_OPTION_FLAG_FILENAME;
    return (GOptionEntry){ option->name,          option->letter, flags,           G_OPTION_ARG_CALLBACK,
                           (gpointer)keep_option, option->help,   option->argument };
}

/* A list of entries ends with zeros. */
static GArray *entries_new(void)
{
    return g_array_new(TRUE, FALSE, sizeof(GOptionEntry));
}

static void add_entries(GArray *entries, const GOptionEntry *more)
{
    for (; more && more->long_name; more++)
        g_array_append_vals(entries, more, 1);
}

/* Adds the options of a group to the context, and to `all`. */
static void add_group(GOptionContext *context, enum option_group number, struct options *options, GArray *all)
{
    GOptionGroup *group =
        g_option_group_new(groups[number].name, groups[number].title, groups[number].help_title, options, NULL);
    const GOptionEntry config[] = {
        { "config", 0, 0, G_OPTION_ARG_FILENAME, &options->config, "settings as YAML; options override them", "FILE" },
        { NULL },
    };
    const GOptionEntry fidl[] = {
        { "fidl", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->fidl, "descriptions of software faults, as YAML",
          "FILE" },
        { NULL },
    };
    g_autoptr(GArray) entries = entries_new();

    add_entries(entries, number == GROUP_INPUT ? config : number == GROUP_FAULT ? fidl : NULL);
    for (guint k = 0; k < options->keys->len; k++) {
        const struct key_option *option = &((const struct key *)options->keys->pdata[k])->option;
        GOptionEntry entry = option_entry(option);

        if (option->group == number)
            g_array_append_val(entries, entry);
    }
    g_option_group_add_entries(group, (const GOptionEntry *)(void *)entries->data);
    g_option_context_add_group(context, group);
    add_entries(all, (const GOptionEntry *)(void *)entries->data);
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

static const GOptionEntry help[] = {
    { "help", 'h', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, (gpointer)print_help, "print this", NULL },
    { NULL },
};

static void add_main(GOptionContext *context, const GOptionEntry *own, GArray *all)
{
    GOptionGroup *group = g_option_group_new("main", "", "", context, NULL);

    g_option_context_set_help_enabled(context, FALSE);
    if (own)
        g_option_group_add_entries(group, own);
    g_option_group_add_entries(group, help);
    g_option_context_set_main_group(context, group);
    add_entries(all, own);
    add_entries(all, help);
}

static gboolean takes_value(const GOptionEntry *entry)
{
    return entry->arg != G_OPTION_ARG_NONE && !(entry->flags & G_OPTION_FLAG_NO_ARG);
}

/* Whether the word is "--name" of an option that takes the next word as its value. */
static gboolean long_waits(const GOptionEntry *entries, const char *word)
{
    for (; entries->long_name; entries++)
        if (strcmp(entries->long_name, word + 2) == 0)
            return takes_value(entries);
    return FALSE;
}

static const GOptionEntry *find_letter(const GOptionEntry *entries, char letter)
{
    while (entries->long_name && entries->short_name != letter)
        entries++;
    return entries->long_name ? entries : NULL;
}

/* Where in "-qn100" the value begins; the word's end: the value is the next word; NULL: no option in it takes a value.
 */
static const char *find_value(const GOptionEntry *entries, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const GOptionEntry *entry = find_letter(entries, *letter);

        if (!entry)
            return NULL;
        if (takes_value(entry))
            return letter + 1;
    }
    return NULL;
}

/* Adds an option's word, as two words if its value is attached. Returns whether the next word is its value. */
static gboolean add_option(const GOptionEntry *entries, char *word, GPtrArray *words)
{
    const char *value = word[1] == '-' ? NULL : find_value(entries, word);

    if (value && *value) {
        g_autofree char *letters = g_strndup(word, (gsize)(value - word));

        g_ptr_array_add(words, (gpointer)g_intern_string(letters));
        word = (char *)value;
    }
    g_ptr_array_add(words, word);
    return word[0] == '-' && word[1] == '-' ? long_waits(entries, word) : value && !*value;
}

/* Splits "-n100" into two words for all options in `entries`: GOption accepts only "-n 100". */
static void separate_values(const GOptionEntry *entries, int *argc, char ***argv)
{
    static GPtrArray *words; /* as long as argv */
    gboolean is_value = TRUE, only_words = FALSE;

    words = g_ptr_array_new();
    for (int a = 0; a < *argc; a++) {
        char *word = (*argv)[a];

        only_words |= !is_value && strcmp(word, "--") == 0;
        if (is_value || only_words || *word != '-' || !word[1]) {
            g_ptr_array_add(words, word);
            is_value = FALSE;
        } else
            is_value = add_option(entries, word, words);
    }
    *argc = (int)words->len;
    g_ptr_array_add(words, NULL);
    *argv = (char **)words->pdata;
}

gboolean options_take(GOptionContext *context, const GOptionEntry *own, int *argc, char ***argv, GError **error)
{
    g_autoptr(GArray) all = entries_new();

    add_main(context, own, all);
    separate_values((const GOptionEntry *)(void *)all->data, argc, argv);
    return g_option_context_parse(context, argc, argv, error);
}

static gboolean wrong_words(GError **error, const char *verb, const char *what, const char *word)
{
    return set_error(error, LLTFI_ERROR_USAGE,
                     "%s%s: lltfi %s MODEL.onnx --input FILE, or PROGRAM.c; `lltfi %s --help` says more", what, word,
                     verb, verb);
}

/* Sources are told apart from what belongs after other options. */
static gboolean check_words(char **words, const char *verb, GError **error)
{
    gboolean is_program = *words && program_is_source(*words);

    for (char **word = words; *word; word++) {
        if (is_program && !program_is_source(*word))
            return set_error(error, LLTFI_ERROR_USAGE,
                             "'%s' is not a source of a program (.c, .cc, .cpp, .ll, .bc...); the program's arguments "
                             "come after --, other files after --libs",
                             *word);
        if (!is_program && word > words)
            return wrong_words(error, verb, "one model at a time, not also ", *word);
    }
    return TRUE;
}

static gboolean check_arguments(const struct options *options, const struct campaign *campaign, const char *model,
                                GError **error)
{
    if (!options->arguments || campaign->is_program)
        return TRUE;
    if (model && !g_file_test(model, G_FILE_TEST_EXISTS))
        return set_error(error, LLTFI_ERROR_INPUT, "there is no file '%s'", model);
    return set_error(error, LLTFI_ERROR_USAGE, "'%s' after --: only programs have arguments", *options->arguments);
}

static void print_notices(GPtrArray *notices)
{
    for (guint n = 0; n < notices->len; n++)
        display_note(notices->pdata[n]);
    g_ptr_array_set_size(notices, 0);
}

static gboolean take_files(lltfi_settings *settings, const struct options *options, GError **error)
{
    for (char **path = options->fidl; path && *path; path++)
        if (!software_faults_load(*path, error))
            return FALSE;
    return !options->config || lltfi_settings_load(settings, options->config, error);
}

static gboolean take_subject(lltfi_settings *settings, const struct options *options, const char *verb, char **words,
                             GError **error)
{
    const struct campaign *campaign = settings_campaign(settings);

    if (!check_words(words, verb, error))
        return FALSE;
    for (char **word = words; *word; word++)
        if (!lltfi_settings_subject(settings, *word, error))
            return FALSE;
    if (!take_files(settings, options, error) || !check_arguments(options, campaign, *words, error))
        return FALSE;
    return *words || campaign->model || campaign->program.sources->len > 0 ||
           wrong_words(error, verb, "say which model or program", "");
}

static gboolean fill(lltfi_settings *settings, const struct options *options, const char *verb, char **words,
                     GError **error)
{
    if (!take_subject(settings, options, verb, words, error))
        return FALSE;
    print_notices(settings_campaign(settings)->notices);
    for (char **argument = options->arguments; argument && *argument; argument++)
        lltfi_settings_argument(settings, *argument);
    for (guint g = 0; g < options->given->len; g++) {
        const struct given *given = &g_array_index(options->given, struct given, g);

        if (!lltfi_settings_set(settings, given->key->option.name, given->value, error))
            return FALSE;
    }
    return settings_complete(settings, error);
}

/* Takes the words after --, which are the program's arguments; NULL: there are none. Returns how many words are left.
 */
static int take_arguments(struct options *options, int argc, char **argv)
{
    int own = 1;

    while (own < argc && strcmp(argv[own], "--") != 0)
        own++;
    if (own + 1 < argc)
        options->arguments = argv + own + 1;
    if (own < argc)
        argv[own] = NULL;
    return own;
}

lltfi_settings *options_parse(GOptionContext *context, const GOptionEntry *own, gboolean inject, int argc, char **argv,
                              GError **error)
{
    struct options options = { .keys = settings_options(), .given = g_array_new(FALSE, FALSE, sizeof(struct given)) };
    g_autoptr(settings_t) settings = lltfi_settings_new();
    g_autoptr(GArray) all = entries_new();
    const char *verb = argv[0];
    gboolean done;

    g_array_set_clear_func(options.given, given_clear);
    add_main(context, own, all);
    for (size_t g = 0; g < G_N_ELEMENTS(groups); g++)
        if (inject || !groups[g].injects)
            add_group(context, (enum option_group)g, &options, all);
    debug_add(context);
    argc = take_arguments(&options, argc, argv);
    separate_values((const GOptionEntry *)(void *)all->data, &argc, &argv);
    done = g_option_context_parse(context, &argc, &argv, error) && fill(settings, &options, verb, argv + 1, error);
    g_free(options.config);
    g_strfreev(options.fidl);
    g_ptr_array_unref(options.keys);
    g_array_unref(options.given);
    return done ? g_steal_pointer(&settings) : NULL;
}
