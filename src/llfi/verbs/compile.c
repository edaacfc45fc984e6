/* compiletoIR and GenerateMakefile. */
#include "llfi/verbs/verbs.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/folder.h"
#include "frontend/program.h"
#include "llfi/verbs/words.h"
#include "passes/ir/ir.h"

#include <glib/gstdio.h>
#include <llvm-c/BitWriter.h>
#include <stdio.h>
#include <string.h>

static const char compile_help[] = "usage: lltfi compiletoIR [OPTION...] SOURCE...\n\n"
                                   "Compiles C and C++ sources to one file of LLVM IR, for `lltfi instrument`.\n\n"
                                   "  -o FILE      the IR file (default: a.out)\n"
                                   "  -I DIR       search DIR for includes\n"
                                   "  --readable   text (.ll), not bitcode\n"
                                   "  --debug      with debug information: results by line\n"
                                   "  --verbose    print the compiler's commands\n"
                                   "  -h, --help   print this\n";

static const char makefile_help[] =
    "usage: lltfi GenerateMakefile [OPTION...] [SOURCE...]\n\n"
    "Writes a Makefile that compiles C and C++ sources to one file of LLVM IR.\n\n"
    "  -o FILE           the IR file (default: a.out)\n"
    "  --all             all C and C++ sources of the folder\n"
    "  --dir DIR         the folder of sources and Makefile (default: this one)\n"
    "  --flags WORD...   for the compiler, each without its '-'; up to the next option\n"
    "  --readable        text (.ll), not bitcode\n"
    "  --debug           accepted: the Makefile always requests debug information\n"
    "  --verbose         print the Makefile as well\n"
    "  -h, --help        print this\n";

/* Older programs of LLFI's users have what newer C treats as errors. */
static const char *const lenient[] = { "-w", "-Wno-implicit-int", "-Wno-implicit-function-declaration" };

static gboolean is_c(const char *path)
{
    return g_str_has_suffix(path, ".c");
}

static GPtrArray *clang_command(const struct llfi_words *words, const char *source, const char *to, gboolean text,
                                GError **error)
{
    GPtrArray *command;
    char *clang = csource_tool(is_c(source) ? "clang" : "clang++", error);

    if (!clang)
        return NULL;
    command = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(command, clang);
    for (size_t l = 0; l < G_N_ELEMENTS(lenient); l++)
        g_ptr_array_add(command, g_strdup(lenient[l]));
    g_ptr_array_add(command, g_strdup("-emit-llvm"));
    for (guint i = 0; i < words->includes->len; i++)
        g_ptr_array_add(command, g_strconcat("-I", words->includes->pdata[i], NULL));
    if (words->debug)
        g_ptr_array_add(command, g_strdup("-g"));
    g_ptr_array_add(command, g_strdup(text ? "-S" : "-c"));
    g_ptr_array_add(command, g_strdup("-o"));
    g_ptr_array_add(command, g_strdup(to));
    g_ptr_array_add(command, g_strdup(source));
    g_ptr_array_add(command, NULL);
    return command;
}

static gboolean compile(const struct llfi_words *words, const char *source, const char *to, gboolean text,
                        GError **error)
{
    g_autoptr(GPtrArray) command = clang_command(words, source, to, text, error);
    g_autoptr(GString) warnings = g_string_new(NULL);
    gboolean done;
    g_autofree char *line = command ? g_strjoinv(" ", (char **)command->pdata) : NULL;

    if (!command)
        return FALSE;
    if (words->verbose)
        puts(line);
    done = csource_compile(source, command, warnings, error);
    fputs(warnings->str, stderr);
    return done;
}

/* Compiles one of several sources and links it to those before it. */
static gboolean add_source(const struct llfi_words *words, const char *source, const char *folder,
                           LLVMModuleRef *module, GError **error)
{
    g_autofree char *part = g_build_filename(folder, "part.bc", NULL);
    LLVMModuleRef added = compile(words, source, part, FALSE, error) ? llvmir_read(part, ir_context(), error) : NULL;

    if (!added)
        return FALSE;
    if (*module)
        return program_link_module(*module, words->sources->pdata[0], added, source, ir_context(), error);
    *module = added;
    return TRUE;
}

static gboolean write_module(const struct llfi_words *words, LLVMModuleRef module, GError **error)
{
    char *message = NULL;
    gboolean failed = words->readable ? LLVMPrintModuleToFile(module, words->out, &message)
                                      : LLVMWriteBitcodeToFile(module, words->out) != 0;

    LLVMDisposeMessage(message);
    return !failed || set_error(error, LLTFI_ERROR_RUN, "%s: it can't be written", words->out);
}

static gboolean compile_several(const struct llfi_words *words, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("lltfi-XXXXXX", error);
    LLVMModuleRef module = NULL;
    gboolean done = folder != NULL;

    for (guint s = 0; done && s < words->sources->len; s++)
        done = add_source(words, words->sources->pdata[s], folder, &module, error);
    done = done && ir_verify(module, "linking the sources", error) && write_module(words, module, error);
    if (module)
        LLVMDisposeModule(module);
    if (folder)
        folder_remove(folder);
    return done;
}

static gboolean check_sources(const struct llfi_words *words, GError **error)
{
    for (guint s = 0; s < words->sources->len; s++)
        if (!g_file_test(words->sources->pdata[s], G_FILE_TEST_IS_REGULAR))
            return set_error(error, LLTFI_ERROR_INPUT, "'%s': there is no such file", (char *)words->sources->pdata[s]);
    return words->sources->len > 0 || set_error(error, LLTFI_ERROR_USAGE, "no sources are given; see --help");
}

int verb_compile_to_ir(int argc, char **argv)
{
    g_autoptr(llfi_words_t) words = llfi_words_new("a.out");
    g_autoptr(GError) error = NULL;

    if (!llfi_words_parse(words, LLFI_WORDS_COMPILE, argc, argv, &error))
        return llfi_fail(error);
    if (words->help) {
        fputs(compile_help, stdout);
        return 0;
    }
    if (!check_sources(words, &error))
        return llfi_fail(error);
    if (words->sources->len == 1 ? compile(words, words->sources->pdata[0], words->out, words->readable, &error)
                                 : compile_several(words, &error))
        return 0;
    return llfi_fail(error);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static gboolean add_all_sources(struct llfi_words *words, GError **error)
{
    static const char *const endings[] = { ".c", ".C", ".cpp", ".cxx", ".cp", ".CPP", ".cc" };
    g_autoptr(GDir) dir = g_dir_open(words->dir ? words->dir : ".", 0, error);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        for (size_t e = 0; e < G_N_ELEMENTS(endings); e++)
            if (g_str_has_suffix(name, endings[e]))
                g_ptr_array_add(words->sources, g_strdup(name));
    g_ptr_array_sort(words->sources, by_name);
    return dir != NULL;
}

static gboolean is_cxx(const struct llfi_words *words)
{
    for (guint s = 0; s < words->sources->len; s++)
        if (csource_is_cxx(words->sources->pdata[s]))
            return TRUE;
    return FALSE;
}

static char *makefile_text(const struct llfi_words *words, const char *compiler, const char *linker)
{
    const char *ending = words->readable ? "ll" : "bc";
    GString *text = g_string_new("# Compiles the program to LLVM IR: made by GenerateMakefile.\n");

    g_string_append_printf(text, "CC = %s\nLINKER = %s\nOUTPUT = %s\n", compiler, linker, words->out);
    g_string_append(text, "CFLAGS =");
    for (size_t l = 0; l < G_N_ELEMENTS(lenient); l++)
        g_string_append_printf(text, " %s", lenient[l]);
    g_string_append_printf(text, " -emit-llvm -fno-use-cxa-atexit -g %s", words->readable ? "-S" : "-c");
    for (guint f = 0; f < words->flags->len; f++)
        g_string_append_printf(text, " -%s", (char *)words->flags->pdata[f]);
    g_string_append(text, "\nSOURCES =");
    for (guint s = 0; s < words->sources->len; s++)
        g_string_append_printf(text, " %s", (char *)words->sources->pdata[s]);
    g_string_append_printf(text, "\nPARTS = $(addsuffix .part.%s,$(SOURCES))\n\n", ending);
    g_string_append(text, ".PHONY: build clean\n\nbuild: $(OUTPUT)\n\n");
    g_string_append_printf(text, "$(OUTPUT): $(PARTS)\n\t$(LINKER) %s-o $@ $(PARTS)\n\n", words->readable ? "-S " : "");
    g_string_append_printf(text, "%%.part.%s: %%\n\t$(CC) $(CFLAGS) -o $@ $<\n\n", ending);
    g_string_append(text, "clean:\n\trm -rf *.ll *.bc llfi* $(OUTPUT)\n");
    return g_string_free(text, FALSE);
}

static gboolean write_makefile(struct llfi_words *words, GError **error)
{
    g_autofree char *compiler = NULL, *linker = NULL, *text = NULL, *path = NULL;

    if (words->all && !add_all_sources(words, error))
        return FALSE;
    if (words->sources->len == 0)
        return set_error(error, LLTFI_ERROR_USAGE, "no sources are given; --all takes those of the folder");
    compiler = csource_tool(is_cxx(words) ? "clang++" : "clang", error);
    linker = compiler ? csource_tool("llvm-link", error) : NULL;
    if (!linker)
        return FALSE;
    text = makefile_text(words, compiler, linker);
    if (words->verbose)
        fputs(text, stdout);
    path = g_build_filename(words->dir ? words->dir : ".", "Makefile", NULL);
    return file_write(path, text, strlen(text), error);
}

int verb_generate_makefile(int argc, char **argv)
{
    g_autoptr(llfi_words_t) words = llfi_words_new("a.out");
    g_autoptr(GError) error = NULL;

    if (!llfi_words_parse(words, LLFI_WORDS_MAKEFILE, argc, argv, &error))
        return llfi_fail(error);
    if (words->help) {
        fputs(makefile_help, stdout);
        return 0;
    }
    return write_makefile(words, &error) ? 0 : llfi_fail(error);
}
