/* Reads LLVM IR, as text or bitcode. */
#include "frontend/program.h"

#include "base/errors.h"
#include "frontend/void_main.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/TargetMachine.h>

#include <string.h>

gboolean llvmir_is_ir(const char *path)
{
    return g_str_has_suffix(path, ".ll") || g_str_has_suffix(path, ".bc");
}

unsigned llvmir_version(void)
{
    unsigned major, minor, patch;

    LLVMGetVersion(&major, &minor, &patch);
    return major;
}

static LLVMMemoryBufferRef read_file(const char *path, GError **error)
{
    g_autofree char *bytes = NULL;
    gsize size;

    if (!g_file_get_contents(path, &bytes, &size, error))
        return NULL;
    return LLVMCreateMemoryBufferWithMemoryRangeCopy(bytes, size, path);
}

/* The first line of LLVM's message. For IR as text it names file, line and column. */
static char *first_line(const char *message)
{
    return g_strchomp(g_strndup(message, strcspn(message, "\n")));
}

static LLVMModuleRef parse(const char *path, LLVMMemoryBufferRef buffer, LLVMContextRef context, GError **error)
{
    LLVMModuleRef module;
    char *message = NULL;
    g_autofree char *line = NULL;

    if (!LLVMParseIRInContext(context, buffer, &module, &message))
        return module;
    line = first_line(message ? message : "it is not LLVM IR");
    LLVMDisposeMessage(message);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "'%s' can't be read as LLVM IR: %s. If another LLVM wrote it: this lltfi reads LLVM %u and what that "
                "understands of earlier ones; compile the source with clang-%u, or give lltfi the source itself",
                path, line, llvmir_version(), llvmir_version());
    return NULL;
}

static gboolean verify(const char *path, LLVMModuleRef module, GError **error)
{
    g_autofree char *line = NULL;
    char *message = NULL;

    if (!LLVMVerifyModule(module, LLVMReturnStatusAction, &message)) {
        LLVMDisposeMessage(message);
        return TRUE;
    }
    line = g_strdelimit(g_strchomp(g_strdup(message)), "\n", ' ');
    LLVMDisposeMessage(message);
    g_set_error(
        error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
        "'%s' is not valid LLVM IR: %s. The tool that wrote it has a bug: `opt -passes=verify` reports the same", path,
        line);
    return FALSE;
}

/* "x86_64" of "x86_64-pc-linux-gnu"; "" where IR does not say for which machine it is. */
static char *machine_of(const char *triple)
{
    return g_strndup(triple, strcspn(triple, "-"));
}

/* Its types and addresses have that machine's widths, and its calls that system's conventions. */
static gboolean check_target(const char *path, LLVMModuleRef module, GError **error)
{
    char *here = LLVMGetDefaultTargetTriple();
    g_autofree char *own = machine_of(here), *other = machine_of(LLVMGetTarget(module));
    gboolean same = *other == '\0' || strcmp(own, other) == 0;

    if (!same)
        g_set_error(
            error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
            "'%s' is for another machine, %s: programs run here, on %s. Give the source, without flags that choose "
            "another machine, or IR for this one",
            path, LLVMGetTarget(module), here);
    LLVMDisposeMessage(here);
    return same;
}

LLVMModuleRef llvmir_parse(const char *path, LLVMMemoryBufferRef buffer, LLVMContextRef context, GError **error)
{
    LLVMModuleRef module = parse(path, buffer, context, error);

    if (!module)
        return NULL;
    if (check_target(path, module, error) && verify(path, module, error)) {
        void_main_returns(module);
        return module;
    }
    LLVMDisposeModule(module);
    return NULL;
}

LLVMModuleRef llvmir_read(const char *path, LLVMContextRef context, GError **error)
{
    LLVMMemoryBufferRef buffer = read_file(path, error);

    return buffer ? llvmir_parse(path, buffer, context, error) : NULL;
}
