/*
 * `lltfi cc` and `lltfi c++`: clang, but objects also hold their bitcode, and executables a record of how they were
 * linked (frontend/binary/binary.h). A command that compiles and links at once is run as one command for each source
 * and one that links.
 */
#include "cli/cli.h"
#include "cli/wrapper/words.h"

#include "base/errors.h"
#include "base/folder.h"
#include "frontend/binary/binary.h"
#include "frontend/program.h"
#include "passes/ir/ir.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct wrapper {
    gboolean cxx;
    char *clang;
    struct wrapper_words *words;
    char *scratch; /* a folder for intermediate objects; NULL: not needed */
};

/* The bitcode is stored before any optimization, and without the attribute optnone, because `lltfi run --opt-level` may
 * optimize it later. Options of the user come later and override these. */
static const char *const own_options[] = {
    "--start-no-unused-arguments", "-gline-tables-only",
    "-fno-discard-value-names",    "-Xclang",
    "-fembed-bitcode=bitcode",     "-Xclang",
    "-disable-O0-optnone",         "--end-no-unused-arguments",
};

static void add(GPtrArray *command, const char *word)
{
    g_ptr_array_add(command, g_strdup(word));
}

static GPtrArray *command_new(const struct wrapper *wrapper)
{
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

    add(command, wrapper->clang);
    for (size_t o = 0; wrapper->words->mode != MODE_PASS && o < G_N_ELEMENTS(own_options); o++)
        add(command, own_options[o]);
    return command;
}

/* Adds an input with its language, then -x none, so that the language of later inputs follows from their endings. */
static void add_input(GPtrArray *command, const char *path, const char *language)
{
    if (language) {
        add(command, "-x");
        add(command, language);
    }
    add(command, path);
    if (language) {
        add(command, "-x");
        add(command, "none");
    }
}

/* An interrupt ends clang too; we live on to remove what it left. */
static void on_signal(int number G_GNUC_UNUSED)
{
}

/* Returns the exit status as a shell would; -1: an error. */
static int spawn(GPtrArray *command, GError **error)
{
    int status;

    g_ptr_array_add(command, NULL);
    if (!g_spawn_sync(NULL, (char **)command->pdata, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL,
                      &status, error))
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const struct command_word *word_at(const struct wrapper *wrapper, guint w)
{
    return &g_array_index(wrapper->words->words, struct command_word, w);
}

/* Runs the whole command as it was given. */
static int run_all(const struct wrapper *wrapper, GError **error)
{
    g_autoptr(GPtrArray) command = command_new(wrapper);

    for (guint w = 0; w < wrapper->words->words->len; w++)
        if (word_at(wrapper, w)->kind != WORD_DROPPED)
            add(command, word_at(wrapper, w)->text);
    return spawn(command, error);
}

/* "name.o" for dir/name.c and the ending .o. */
static char *with_ending(const char *source, const char *ending)
{
    g_autofree char *name = g_path_get_basename(source);
    char *dot = strrchr(name, '.');

    if (dot && dot > name)
        *dot = '\0';
    return g_strconcat(name, ending, NULL);
}

static int compile(const struct wrapper *wrapper, GError **error)
{
    const struct wrapper_words *words = wrapper->words;
    int status = run_all(wrapper, error);

    for (guint w = 0; status == 0 && w < words->words->len; w++) {
        const struct command_word *word = word_at(wrapper, w);
        g_autofree char *object = words->output ? g_strdup(words->output) : with_ending(word->text, ".o");

        if (word->kind == WORD_SOURCE && !binary_rename_bitcode(object, error))
            return -1;
    }
    return status;
}

/* With -MD and no -MF, clang would name the file of rules after the intermediate object. */
static void add_rules_file(const struct wrapper *wrapper, GPtrArray *command, const char *source)
{
    gboolean wanted = FALSE, named = FALSE;
    g_autofree char *rules = with_ending(source, ".d");

    for (guint w = 0; w < wrapper->words->words->len; w++) {
        const char *text = word_at(wrapper, w)->text;

        wanted |= strcmp(text, "-MD") == 0 || strcmp(text, "-MMD") == 0;
        named |= g_str_has_prefix(text, "-MF");
    }
    if (!wanted || named)
        return;
    add(command, "-MF");
    add(command, rules);
}

/* Compiles one source of a command that compiles and links. */
static int compile_source(const struct wrapper *wrapper, const struct command_word *source, const char *object,
                          GError **error)
{
    g_autoptr(GPtrArray) command = command_new(wrapper);
    int status;

    add(command, "-Wno-unused-command-line-argument");
    for (guint w = 0; w < wrapper->words->words->len; w++)
        if (word_at(wrapper, w)->kind == WORD_OPTION)
            add(command, word_at(wrapper, w)->text);
    add_rules_file(wrapper, command, source->text);
    add(command, "-c");
    add(command, "-o");
    add(command, object);
    add_input(command, source->text, source->language);
    status = spawn(command, error);
    return status != 0 || binary_rename_bitcode(object, error) ? status : -1;
}

/* The words to link the instrumented program with. Objects whose bitcode is instrumented are left out then. */
static GPtrArray *words_of_record(const struct wrapper *wrapper)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    for (guint w = 0; w < wrapper->words->words->len; w++) {
        const struct command_word *word = word_at(wrapper, w);

        if (word->kind == WORD_OPTION)
            add(words, word->text);
        else if (word->kind == WORD_OBJECT || word->kind == WORD_ASSEMBLER)
            add_input(words, word->text, word->language);
    }
    return words;
}

/* The record as assembler text: a section that is not loaded. */
static char *assembler_of(const GByteArray *record)
{
    GString *text = g_string_new(".pushsection " RECORD_SECTION ",\"\",@progbits\n");

    for (guint i = 0; i < record->len; i++)
        g_string_append_printf(text, i % 32 == 0 ? "\n.byte %u" : ",%u", record->data[i]);
    g_string_append(text, "\n.popsection\n");
    return g_string_free(text, FALSE);
}

static gboolean write_record(const struct wrapper *wrapper, const char *path, GError **error)
{
    g_autoptr(GPtrArray) words = words_of_record(wrapper);
    g_autofree char *folder = g_get_current_dir(), *text = NULL;
    g_autoptr(GByteArray) record = binary_record(wrapper->cxx, folder, words);
    LLVMModuleRef module = LLVMModuleCreateWithNameInContext("lltfi", ir_context());
    LLVMMemoryBufferRef object;
    gboolean done;

    text = assembler_of(record);
    LLVMSetModuleInlineAsm2(module, text, strlen(text));
    object = ir_emit_object(module, error);
    done = object && g_file_set_contents(path, LLVMGetBufferStart(object), (gssize)LLVMGetBufferSize(object), error);
    if (object)
        LLVMDisposeMemoryBuffer(object);
    LLVMDisposeModule(module);
    return done;
}

static int link_objects(const struct wrapper *wrapper, const GPtrArray *objects, GError **error)
{
    g_autofree char *record = g_build_filename(wrapper->scratch, "link.o", NULL);
    g_autoptr(GPtrArray) command = command_new(wrapper);
    guint next = 0;

    if (!write_record(wrapper, record, error))
        return -1;
    add(command, record);
    for (guint w = 0; w < wrapper->words->words->len; w++) {
        const struct command_word *word = word_at(wrapper, w);

        if (word->kind == WORD_SOURCE)
            add(command, objects->pdata[next++]);
        else if (word->kind == WORD_OBJECT || word->kind == WORD_ASSEMBLER)
            add_input(command, word->text, word->language);
        else if (word->kind == WORD_OPTION || word->kind == WORD_OUTPUT)
            add(command, word->text);
    }
    return spawn(command, error);
}

static int compile_and_link(const struct wrapper *wrapper, GError **error)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func(g_free);

    for (guint w = 0; w < wrapper->words->words->len; w++) {
        const struct command_word *word = word_at(wrapper, w);
        g_autofree char *name = g_strdup_printf("%u.o", w);
        int status;

        if (word->kind != WORD_SOURCE)
            continue;
        g_ptr_array_add(objects, g_build_filename(wrapper->scratch, name, NULL));
        status = compile_source(wrapper, word, objects->pdata[objects->len - 1], error);
        if (status != 0)
            return status;
    }
    return link_objects(wrapper, objects, error);
}

static int link_program(struct wrapper *wrapper, GError **error)
{
    int status = -1;

    wrapper->scratch = g_dir_make_tmp("lltfi-cc-XXXXXX", error);
    if (wrapper->scratch)
        status = compile_and_link(wrapper, error);
    if (wrapper->scratch)
        folder_remove(wrapper->scratch);
    return status;
}

static int wrap(struct wrapper *wrapper, GError **error)
{
    switch (wrapper->words->mode) {
    case MODE_COMPILE:
        return compile(wrapper, error);
    case MODE_LINK:
        return link_program(wrapper, error);
    default:
        return run_all(wrapper, error);
    }
}

static int cli_wrapper(gboolean cxx, int argc, char **argv)
{
    static const int requests[] = { SIGINT, SIGTERM, SIGHUP };
    g_autoptr(wrapper_words_t) words = wrapper_words_new(argc, argv);
    g_autoptr(GError) error = NULL;
    g_autofree char *clang = csource_tool(cxx ? "clang++" : "clang", &error);
    struct wrapper wrapper = { cxx, clang, words, NULL };
    int status = -1;

    for (size_t r = 0; r < G_N_ELEMENTS(requests); r++)
        signal(requests[r], on_signal);
    signal(SIGXFSZ, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    if (clang)
        status = wrap(&wrapper, &error);
    g_free(wrapper.scratch);
    return status < 0 ? cli_fail(error) : status;
}

int cli_cc(int argc, char **argv)
{
    return cli_wrapper(FALSE, argc, argv);
}

int cli_cxx(int argc, char **argv)
{
    return cli_wrapper(TRUE, argc, argv);
}
