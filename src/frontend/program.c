/* Reads all sources of a program (C, C++, LLVM IR, executables of `lltfi cc`) and links them into one LLVM module. */
#include "frontend/program.h"

#include "base/attributes.h"
#include "base/errors.h"
#include "base/setting_name.h"
#include "base/stages.h"
#include "frontend/binary/binary.h"

#include <llvm-c/BitWriter.h>
#include <llvm-c/Linker.h>

#include <string.h>

gboolean program_is_source(const char *path)
{
    return csource_is_c(path) || csource_is_cxx(path) || llvmir_is_ir(path) || binary_is(path);
}

void program_free(struct program *program)
{
    if (!program)
        return;
    g_free(program->path);
    g_free(program->name);
    g_free(program->hash);
    g_free(program->folder);
    g_clear_pointer(&program->module, LLVMDisposeModule);
    g_clear_pointer(&program->link, g_ptr_array_unref);
    g_free(program);
}

static LLVMModuleRef read_source(const char *path, const struct program_option *option, int opt_level,
                                 LLVMContextRef context, GString *warnings, GError **error)
{
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "'%s': there is no such file", path);
        return NULL;
    }
    return llvmir_is_ir(path) ? llvmir_read(path, context, error)
                              : csource_read(path, option, opt_level, context, warnings, error);
}

static void keep_diagnostic(LLVMDiagnosticInfoRef diagnostic, void *data)
{
    GString *text = data;
    char *description = LLVMGetDiagInfoDescription(diagnostic);

    if (LLVMGetDiagInfoSeverity(diagnostic) == LLVMDSError)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", description);
    LLVMDisposeMessage(description);
}

/* LLVM's default handler prints the error and ends the process. */
gboolean program_link_module(LLVMModuleRef module, const char *into, LLVMModuleRef added, const char *path,
                             LLVMContextRef context, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    LLVMDiagnosticHandler handler = LLVMContextGetDiagnosticHandler(context);
    void *data = LLVMContextGetDiagnosticContext(context);
    gboolean failed;

    LLVMContextSetDiagnosticHandler(context, keep_diagnostic, text);
    failed = LLVMLinkModules2(module, added);
    LLVMContextSetDiagnosticHandler(context, handler, data);
    if (failed)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE, "'%s' can't be linked with '%s': %s", path, into,
                    text->len > 0 ? text->str : "LLVM does not say why");
    return !failed;
}

static gboolean add_module(struct program *program, LLVMModuleRef module, const char *path, LLVMContextRef context,
                           GError **error)
{
    if (program->module)
        return program_link_module(program->module, program->path, module, path, context, error);
    program->module = module;
    return TRUE;
}

/* The program is linked as the first executable was; other executables only add their code. */
static gboolean add_binary(struct program *program, const char *path, LLVMContextRef context, GError **error)
{
    g_autoptr(binary_t) binary = binary_read(path, context, error);

    if (!binary)
        return FALSE;
    for (guint m = 0; m < binary->modules->len; m++)
        if (!add_module(program, g_steal_pointer(&binary->modules->pdata[m]), path, context, error))
            return FALSE;
    program->unoptimized = TRUE;
    program->cxx |= binary->cxx;
    if (program->folder)
        return TRUE;
    program->folder = g_steal_pointer(&binary->folder);
    for (guint w = 0; w < binary->words->len; w++)
        g_ptr_array_add(program->link, g_strdup(binary->words->pdata[w]));
    return TRUE;
}

static gboolean add_source(struct program *program, const char *path, const struct program_option *option,
                           int opt_level, LLVMContextRef context, GString *warnings, GError **error)
{
    LLVMModuleRef module;

    if (binary_is(path))
        return add_binary(program, path, context, error);
    module = read_source(path, option, opt_level, context, warnings, error);
    return module && add_module(program, module, path, context, error);
}

static gboolean check_main(const struct program *program, GError **error)
{
    LLVMValueRef function = LLVMGetNamedFunction(program->module, "main");

    if (function && !LLVMIsDeclaration(function))
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "'%s' defines no function main: give all sources of the program, as in lltfi run main.c other.c",
                program->path);
    return FALSE;
}

/* IR does not name its language; calls of mangled names show that it is C++. */
static gboolean uses_cxx(const struct program *program, const struct program_option *option)
{
    if (option->cxx || LLVMGetNamedFunction(program->module, "__gxx_personality_v0"))
        return TRUE;
    for (guint s = 0; s < option->sources->len; s++)
        if (csource_is_cxx(option->sources->pdata[s]))
            return TRUE;
    for (LLVMValueRef f = LLVMGetFirstFunction(program->module); f; f = LLVMGetNextFunction(f))
        if (LLVMIsDeclaration(f) && g_str_has_prefix(LLVMGetValueName(f), "_Z"))
            return TRUE;
    return FALSE;
}

/* What the compiler's flags call for at link time, with libraries of the same compiler. */
static gboolean needs_library(const char *flag)
{
    static const char *const prefixes[] = { "-fopenmp",
                                            "-pthread",
                                            "--coverage",
                                            "-coverage",
                                            "-fprofile-arcs",
                                            "-ftest-coverage",
                                            "-fprofile-instr-generate",
                                            "-fprofile-generate",
                                            "-fsanitize=",
                                            "-stdlib=" };

    for (size_t p = 0; p < G_N_ELEMENTS(prefixes); p++)
        if (g_str_has_prefix(flag, prefixes[p]))
            return TRUE;
    return FALSE;
}

static gboolean add_runtime_flags(struct program *program, const char *cflags, GError **error)
{
    g_auto(GStrv) words = NULL;

    if (!cflags || !*cflags)
        return TRUE;
    if (!g_shell_parse_argv(cflags, NULL, &words, error))
        return FALSE;
    for (char **word = words; *word; word++)
        if (needs_library(*word)) {
            g_ptr_array_add(program->link, g_strdup(*word));
            program->clang_links = TRUE;
        }
    return TRUE;
}

static gboolean add_link_flags(struct program *program, const struct program_option *option, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) why = NULL;

    if (!add_runtime_flags(program, option->cflags, error))
        return FALSE;
    if (!option->libs || !*option->libs)
        return TRUE;
    if (!g_shell_parse_argv(option->libs, NULL, &words, &why)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "%s '%s': %s", setting_name("libs"), option->libs,
                    why->message);
        return FALSE;
    }
    for (char **word = words; *word; word++)
        g_ptr_array_add(program->link, program->folder && g_file_test(*word, G_FILE_TEST_EXISTS)
                                           ? g_canonicalize_filename(*word, NULL)
                                           : g_strdup(*word));
    return TRUE;
}

static char *hash_module(LLVMModuleRef module)
{
    LLVMMemoryBufferRef bitcode = LLVMWriteBitcodeToMemoryBuffer(module);
    char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)LLVMGetBufferStart(bitcode),
                                             LLVMGetBufferSize(bitcode));

    LLVMDisposeMemoryBuffer(bitcode);
    return hash;
}

char *program_name(const char *path)
{
    char *base = g_path_get_basename(path);
    char *dot = strrchr(base, '.');

    if (dot && dot > base)
        *dot = '\0';
    return base;
}

/* An optimizing compiler inlines all calls of these functions. No library defines them, so the module must. */
static void keep_inlined(LLVMModuleRef module)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f; f = LLVMGetNextFunction(f))
        if (LLVMGetLinkage(f) == LLVMAvailableExternallyLinkage && function_has_attribute(f, "alwaysinline"))
            LLVMSetLinkage(f, LLVMInternalLinkage);
}

struct program *program_load(const struct program_option *option, int opt_level, LLVMContextRef context,
                             GString *warnings, GError **error)
{
    STAGE("load");
    g_autoptr(program_t) program = g_new0(struct program, 1);

    program->path = g_strdup(option->sources->pdata[0]);
    program->name = program_name(program->path);
    program->link = g_ptr_array_new_with_free_func(g_free);
    for (guint s = 0; s < option->sources->len; s++)
        if (!add_source(program, option->sources->pdata[s], option, opt_level, context, warnings, error))
            return NULL;
    if (!check_main(program, error) || !add_link_flags(program, option, error))
        return NULL;
    keep_inlined(program->module);
    program->cxx |= uses_cxx(program, option);
    program->hash = hash_module(program->module);
    return g_steal_pointer(&program);
}
