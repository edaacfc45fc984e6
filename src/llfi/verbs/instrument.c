#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "llfi/llfi.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: lltfi instrument [OPTION...] FILE.ll|FILE.bc\n\n"
    "Makes llfi/FILE-profiling.exe and llfi/FILE-faultinjection.exe beside the IR file, as the compileOption\n"
    "of the input.yaml there says. See docs/llfi.md.\n\n"
    "  --dir NAME              the folder to make instead of llfi; it must not exist\n"
    "  -L DIR, -lLIBRARY       for the linker\n"
    "  --readable              write IR as text (.ll), not bitcode (.bc)\n"
    "  --IRonly                write the IR, make no executables\n"
    "  --use-ml-specific-rt    write lines about faults as LLTFI's runtime for models does\n"
    "  --enable-ML-FI-stats    report cycles and faults by layer, in IR that onnx-mlir marked\n"
    "  --verbose               print how many instructions are selected\n"
    "  -h, --help              print this\n";

/* The command line. */
struct arguments {
    struct llfi_instrument option;
    const char *folder, *source;
    gboolean help;
};

static gboolean set_switch(struct arguments *arguments, const char *word)
{
    const struct {
        const char *name;
        gboolean *field;
    } switches[] = {
        { "--readable", &arguments->option.readable },
        { "--IRonly", &arguments->option.ir_only },
        { "--verbose", &arguments->option.verbose },
        { "--use-ml-specific-rt", &arguments->option.ml_runtime },
        { "--enable-ML-FI-stats", &arguments->option.ml_stats },
        { "--help", &arguments->help },
        { "-h", &arguments->help },
    };

    for (size_t s = 0; s < G_N_ELEMENTS(switches); s++) {
        if (strcmp(switches[s].name, word) != 0)
            continue;
        *switches[s].field = TRUE;
        return TRUE;
    }
    return FALSE;
}

static gboolean take_source(struct arguments *arguments, const char *word, GError **error)
{
    if (*word == '-')
        return set_error(error, LLTFI_ERROR_USAGE, "'%s' is not an option; `lltfi instrument --help` lists them", word);
    if (arguments->source)
        return set_error(error, LLTFI_ERROR_USAGE, "one IR file at a time: '%s' or '%s'", arguments->source, word);
    arguments->source = word;
    return TRUE;
}

static void take_folder(struct arguments *arguments, char *name)
{
    size_t length = strlen(name);

    while (length > 1 && name[length - 1] == '/')
        name[--length] = '\0';
    arguments->folder = name;
}

/* Linking runs in the folder of the IR file, so a relative path is made absolute. */
static void take_library_folder(struct arguments *arguments, const char *name)
{
    g_autofree char *path = g_canonicalize_filename(name, NULL);

    g_ptr_array_add(arguments->option.libs, g_strconcat("-L", path, NULL));
}

/* Takes one word; with --dir and -L also the next. */
static gboolean take_word(struct arguments *arguments, char **argv, int argc, int *at, GError **error)
{
    const char *word = argv[*at];

    if (strcmp(word, "--dir") == 0 || strcmp(word, "-L") == 0) {
        if (++*at >= argc)
            return set_error(error, LLTFI_ERROR_USAGE, "%s: the folder is missing", word);
        if (word[1] == '-')
            take_folder(arguments, argv[*at]);
        else
            take_library_folder(arguments, argv[*at]);
        return TRUE;
    }
    if (g_str_has_prefix(word, "-L")) {
        take_library_folder(arguments, word + strlen("-L"));
        return TRUE;
    }
    if (g_str_has_prefix(word, "-l")) {
        g_ptr_array_add(arguments->option.libs, g_strdup(word));
        return TRUE;
    }
    return set_switch(arguments, word) || take_source(arguments, word, error);
}

static gboolean parse(struct arguments *arguments, int argc, char **argv, GError **error)
{
    for (int a = 1; a < argc; a++)
        if (!take_word(arguments, argv, argc, &a, error))
            return FALSE;
    if (arguments->source || arguments->help)
        return TRUE;
    return set_error(error, LLTFI_ERROR_USAGE, "the IR file is missing; see `lltfi instrument --help`");
}

static void note_ml_runtime(const struct llfi_instrument *option)
{
    if (option->ml_runtime)
        fputs("lltfi: note: --use-ml-specific-rt: there is one runtime for all programs; the lines about faults get "
              "the fields that LLTFI's other one writes\n",
              stderr);
}

static gboolean instrument(const struct arguments *arguments, GError **error)
{
    g_autoptr(llfi_tree_t) tree =
        llfi_tree_of_source(arguments->source, arguments->folder ? arguments->folder : "llfi", error);
    g_autofree char *name = g_path_get_basename(arguments->source);

    if (!tree || !llfi_tree_enter(tree, error))
        return FALSE;
    note_ml_runtime(&arguments->option);
    return llfi_instrument(tree, name, &arguments->option, error);
}

int verb_instrument(int argc, char **argv)
{
    g_autoptr(GPtrArray) libs = g_ptr_array_new_with_free_func(g_free);
    struct arguments arguments = { .option.libs = libs };
    g_autoptr(GError) error = NULL;

    if (!parse(&arguments, argc, argv, &error))
        return llfi_fail(error);
    if (arguments.help) {
        fputs(help, stdout);
        return 0;
    }
    if (!instrument(&arguments, &error))
        return llfi_fail(error);
    fputs("Success\n", stderr);
    return 0;
}
