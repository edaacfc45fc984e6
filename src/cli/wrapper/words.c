/* Sorts the words of a compiler's command line: sources, objects, -o, what is dropped, and what clang is to make. */
#include "cli/wrapper/words.h"

#include "frontend/program.h"

#include <string.h>

/* Response files may name others this deep: they could name each other in a circle. */
#define DEEPEST 8

/* Options whose value is the next word. */
static const char *const with_value[] = {
    "-D",
    "-U",
    "-I",
    "-L",
    "-l",
    "-T",
    "-u",
    "-z",
    "-e",
    "-A",
    "-b",
    "-F",
    "-MF",
    "-MT",
    "-MQ",
    "-include",
    "-imacros",
    "-isystem",
    "-iquote",
    "-idirafter",
    "-iprefix",
    "-iwithprefix",
    "-iwithprefixbefore",
    "-isysroot",
    "--sysroot",
    "-Xlinker",
    "-Xclang",
    "-Xassembler",
    "-Xpreprocessor",
    "-Xanalyzer",
    "-mllvm",
    "-target",
    "--param",
    "-arch",
    "-framework",
    "-rpath",
    "-soname",
    "-aux-info",
    "-specs",
    "-wrapper",
    "-G",
    "-install_name",
    "-undefined",
    NULL,
};

/* Options with which clang makes neither objects nor executables. */
static const char *const others[] = {
    "-E",     "-S",        "-M",     "-MM", "-fsyntax-only", "-emit-llvm",   "--analyze",    "-###", "-cc1",
    "-cc1as", "--version", "--help", "-dM", "-dumpversion",  "-dumpmachine", "--precompile", NULL,
};

static gboolean is_one_of(const char *text, const char *const *list)
{
    return g_strv_contains(list, text);
}

static gboolean is_assembler(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && (strcmp(dot, ".s") == 0 || strcmp(dot, ".S") == 0 || strcmp(dot, ".sx") == 0);
}

static enum word_kind kind_of_input(const char *path, const char *language)
{
    if (language && g_str_has_prefix(language, "assembler"))
        return WORD_ASSEMBLER;
    if (language)
        return strstr(language, "header") ? WORD_OBJECT : WORD_SOURCE;
    if (is_assembler(path))
        return WORD_ASSEMBLER;
    return csource_is_c(path) || csource_is_cxx(path) || llvmir_is_ir(path) ? WORD_SOURCE : WORD_OBJECT;
}

static void add(struct wrapper_words *to, enum word_kind kind, const char *text, const char *language)
{
    struct command_word word = { kind, g_strdup(text), g_strdup(language) };

    g_array_append_val(to->words, word);
}

static void word_clear(gpointer data)
{
    struct command_word *word = data;

    g_free(word->text);
    g_free(word->language);
}

void wrapper_words_free(struct wrapper_words *words)
{
    if (!words)
        return;
    g_array_unref(words->words);
    g_free(words->output);
    g_free(words);
}

/* Replaces response files by their words. One that can't be read stays as it is, and clang reports it. */
static void expand(GPtrArray *to, char **words, int depth)
{
    for (; *words; words++) {
        g_autofree char *text = NULL;
        g_auto(GStrv) inside = NULL;

        if (**words == '@' && depth < DEEPEST && g_file_get_contents(*words + 1, &text, NULL, NULL) &&
            (*g_strstrip(text) == '\0' || g_shell_parse_argv(text, NULL, &inside, NULL))) {
            if (inside)
                expand(to, inside, depth + 1);
        } else {
            g_ptr_array_add(to, g_strdup(*words));
        }
    }
}

/* Takes -x c or -xc, the language of all following inputs until -x none. Returns the index of the last word taken. */
static guint take_language(struct wrapper_words *to, char **words, guint w, const char **language)
{
    const char *name = words[w][2] ? words[w] + 2 : words[w + 1];

    add(to, WORD_LANGUAGE, words[w], NULL);
    if (!words[w][2] && name)
        add(to, WORD_LANGUAGE, words[++w], NULL);
    *language = name && strcmp(name, "none") != 0 ? name : NULL;
    return w;
}

static guint take_output(struct wrapper_words *to, char **words, guint w)
{
    g_free(to->output);
    to->output = g_strdup(words[w][2] ? words[w] + 2 : words[w + 1]);
    add(to, WORD_OUTPUT, words[w], NULL);
    if (!words[w][2] && words[w + 1])
        add(to, WORD_OUTPUT, words[++w], NULL);
    return w;
}

/* Options that make objects hold only bitcode, which other tools of the build can't use. */
static gboolean is_dropped(const char *word)
{
    return strcmp(word, "-flto") == 0 || g_str_has_prefix(word, "-flto=");
}

static guint take_option(struct wrapper_words *to, char **words, guint w)
{
    add(to, is_dropped(words[w]) ? WORD_DROPPED : WORD_OPTION, words[w], NULL);
    if (is_one_of(words[w], with_value) && words[w + 1])
        add(to, WORD_OPTION, words[++w], NULL);
    return w;
}

static void take_words(struct wrapper_words *to, char **words)
{
    const char *language = NULL;
    gboolean compile = FALSE, other = FALSE, input = FALSE;

    for (guint w = 0; words[w]; w++) {
        if (words[w][0] != '-' || words[w][1] == '\0') {
            enum word_kind kind = kind_of_input(words[w], language);

            input = TRUE;
            to->n_sources += kind == WORD_SOURCE;
            add(to, kind, words[w], language);
        } else if (g_str_has_prefix(words[w], "-x")) {
            w = take_language(to, words, w, &language);
        } else if (words[w][1] == 'o' && !g_str_has_prefix(words[w], "-objc")) {
            w = take_output(to, words, w);
        } else {
            compile |= strcmp(words[w], "-c") == 0;
            other |= is_one_of(words[w], others);
            w = take_option(to, words, w);
        }
    }
    to->mode = !input || other ? MODE_PASS : compile ? MODE_COMPILE : MODE_LINK;
}

struct wrapper_words *wrapper_words_new(int argc, char **argv)
{
    struct wrapper_words *words = g_new0(struct wrapper_words, 1);
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);

    words->words = g_array_new(FALSE, FALSE, sizeof(struct command_word));
    g_array_set_clear_func(words->words, word_clear);
    if (argc > 1)
        expand(all, argv + 1, 0);
    g_ptr_array_add(all, NULL);
    take_words(words, (char **)all->pdata);
    return words;
}
