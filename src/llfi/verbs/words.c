#include "llfi/verbs/words.h"

#include "base/errors.h"

#include <stddef.h>
#include <string.h>

/* What follows an option: nothing, a word, a word that is added to a list, or words up to the next option. */
enum option_kind { SWITCH, TEXT, ADDED, LIST };

static const struct option {
    const char *name;
    enum option_kind kind;
    size_t offset;
    unsigned verbs;
} options[] = {
    { "-o", TEXT, offsetof(struct llfi_words, out), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
    { "-I", ADDED, offsetof(struct llfi_words, includes), LLFI_WORDS_COMPILE },
    { "--dir", TEXT, offsetof(struct llfi_words, dir), LLFI_WORDS_MAKEFILE },
    { "--flags", LIST, offsetof(struct llfi_words, flags), LLFI_WORDS_MAKEFILE },
    { "--all", SWITCH, offsetof(struct llfi_words, all), LLFI_WORDS_MAKEFILE },
    { "--readable", SWITCH, offsetof(struct llfi_words, readable), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
    { "--debug", SWITCH, offsetof(struct llfi_words, debug), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
    { "--verbose", SWITCH, offsetof(struct llfi_words, verbose), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
    { "--help", SWITCH, offsetof(struct llfi_words, help), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
    { "-h", SWITCH, offsetof(struct llfi_words, help), LLFI_WORDS_COMPILE | LLFI_WORDS_MAKEFILE },
};

struct llfi_words *llfi_words_new(const char *out)
{
    struct llfi_words *words = g_new0(struct llfi_words, 1);

    words->out = g_strdup(out);
    words->includes = g_ptr_array_new_with_free_func(g_free);
    words->flags = g_ptr_array_new_with_free_func(g_free);
    words->sources = g_ptr_array_new_with_free_func(g_free);
    return words;
}

void llfi_words_free(struct llfi_words *words)
{
    if (!words)
        return;
    g_free(words->out);
    g_free(words->dir);
    g_ptr_array_unref(words->includes);
    g_ptr_array_unref(words->flags);
    g_ptr_array_unref(words->sources);
    g_free(words);
}

static const struct option *find_option(const char *word, enum llfi_words_verb verb)
{
    for (size_t o = 0; o < G_N_ELEMENTS(options); o++)
        if (strcmp(options[o].name, word) == 0 && options[o].verbs & verb)
            return &options[o];
    return NULL;
}

/* Takes the value of an option; *at is the option's position. */
static gboolean take(struct llfi_words *words, const struct option *option, int argc, char **argv, int *at,
                     GError **error)
{
    char *field = (char *)words + option->offset;

    if (option->kind == SWITCH) {
        *(gboolean *)(gpointer)field = TRUE;
        return TRUE;
    }
    if (*at + 1 >= argc)
        return set_error(error, LLTFI_ERROR_USAGE, "%s: its value is missing", option->name);
    if (option->kind == TEXT) {
        g_free(*(char **)(gpointer)field);
        *(char **)(gpointer)field = g_strdup(argv[++*at]);
        return TRUE;
    }
    do
        g_ptr_array_add(*(GPtrArray **)(gpointer)field, g_strdup(argv[++*at]));
    while (option->kind == LIST && *at + 1 < argc && *argv[*at + 1] != '-');
    return TRUE;
}

gboolean llfi_words_parse(struct llfi_words *words, enum llfi_words_verb verb, int argc, char **argv, GError **error)
{
    for (int a = 1; a < argc; a++) {
        const struct option *option = find_option(argv[a], verb);

        if (option) {
            if (!take(words, option, argc, argv, &a, error))
                return FALSE;
        } else if (verb == LLFI_WORDS_COMPILE && g_str_has_prefix(argv[a], "-I")) {
            g_ptr_array_add(words->includes, g_strdup(argv[a] + 2));
        } else if (*argv[a] == '-') {
            return set_error(error, LLTFI_ERROR_USAGE, "'%s' is not an option; --help lists them", argv[a]);
        } else {
            g_ptr_array_add(words->sources, g_strdup(argv[a]));
        }
    }
    return TRUE;
}
