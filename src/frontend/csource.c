/* Compiles C and C++ sources to LLVM modules with clang. */
#include "frontend/program.h"

#include "base/errors.h"
#include "base/setting_name.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean has_ending(const char *path, const char *const *endings)
{
    const char *dot = strrchr(path, '.');

    for (; dot && *endings; endings++)
        if (strcmp(dot, *endings) == 0)
            return TRUE;
    return FALSE;
}

gboolean csource_is_c(const char *path)
{
    static const char *const endings[] = { ".c", ".i", NULL };

    return has_ending(path, endings);
}

gboolean csource_is_cxx(const char *path)
{
    static const char *const endings[] = { ".cc", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".ii", NULL };

    return has_ending(path, endings);
}

char *csource_tool(const char *name, GError **error)
{
    g_autofree char *versioned = g_strdup_printf("%s-%u", name, llvmir_version());
    char *found = g_find_program_in_path(versioned);

    if (!found)
        found = g_find_program_in_path(name);
    if (!found)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_COMPILE,
                    "there is neither '%s' nor '%s': install the package %s-%u", versioned, name,
                    g_str_has_prefix(name, "clang") ? "clang" : "llvm", llvmir_version());
    return found;
}

static gboolean add_flags(GPtrArray *command, const char *flags, GError **error)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) why = NULL;

    if (!flags || !*flags)
        return TRUE;
    if (!g_shell_parse_argv(flags, NULL, &words, &why)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "%s '%s': %s", setting_name("cflags"), flags, why->message);
        return FALSE;
    }
    for (char **word = words; *word; word++)
        g_ptr_array_add(command, g_strdup(*word));
    return TRUE;
}

static void add_words(GPtrArray *command, const char *const *words)
{
    for (; *words; words++)
        g_ptr_array_add(command, g_strdup(*words));
}

/* Line numbers are the only debug information: they change no instruction. */
static GPtrArray *command_line(const char *path, const struct program_option *option, int opt_level, const char *to,
                               GError **error)
{
    g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);
    char *clang = csource_tool(csource_is_cxx(path) ? "clang++" : "clang", error);

    if (!clang)
        return NULL;
    g_ptr_array_add(command, clang);
    g_ptr_array_add(command, g_strdup_printf("-O%d", opt_level));
    add_words(command, (const char *const[]){ "-gline-tables-only", "-fno-discard-value-names", "-fPIC", NULL });
    if (!add_flags(command, option->cflags, error))
        return NULL;
    add_words(command, (const char *const[]){ "-emit-llvm", "-c", path, "-o", to, NULL });
    g_ptr_array_add(command, NULL);
    return g_steal_pointer(&command);
}

/* Runs a command in a folder (NULL: this one). Returns whether it succeeded; *messages receives its standard error,
 * NULL and an error where it can't be started. Not through GSubprocess, whose thread does not exist in the forked
 * processes that run trials. */
static gboolean run(const char *folder, const GPtrArray *command, char **messages, GError **error)
{
    g_autoptr(GError) why = NULL;
    int status;

    if (g_spawn_sync(folder, (char **)command->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                     NULL, NULL, messages, &status, &why))
        return g_spawn_check_wait_status(status, NULL);
    return set_error(error, LLTFI_ERROR_COMPILE, "'%s' can't be started: %s", (char *)command->pdata[0], why->message);
}

gboolean csource_compile(const char *path, const GPtrArray *command, GString *warnings, GError **error)
{
    g_autofree char *messages = NULL;

    if (run(NULL, command, &messages, error)) {
        if (warnings)
            g_string_append(warnings, messages);
        return TRUE;
    }
    if (messages)
        return set_error(error, LLTFI_ERROR_COMPILE,
                         "'%s' does not compile (%s passes flags to the compiler). clang says:\n%s", path,
                         setting_name("cflags"), g_strchomp(messages));
    g_prefix_error(error, "'%s': ", path);
    return FALSE;
}

char *csource_linker(gboolean cxx, GError **error)
{
    static const char *const names[2][5] = { { "cc", "clang-19", "clang", "gcc" },
                                             { "c++", "clang++-19", "clang++", "g++" } };

    for (const char *const *name = names[cxx != FALSE]; *name; name++) {
        char *path = g_find_program_in_path(*name);

        if (path)
            return path;
    }
    set_error(error, LLTFI_ERROR_COMPILE, "linking needs a compiler: install %s or %s", names[cxx != FALSE][0],
              names[cxx != FALSE][1]);
    return NULL;
}

gboolean csource_link(const char *folder, const char *driver, const char *object, const GPtrArray *words,
                      const char *executable, GError **error)
{
    g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *messages = NULL;

    add_words(command, (const char *const[]){ driver, object, "-o", executable, NULL });
    for (guint w = 0; w < words->len; w++)
        g_ptr_array_add(command, g_strdup(words->pdata[w]));
    g_ptr_array_add(command, NULL);
    if (run(folder, command, &messages, error))
        return TRUE;
    return messages ? set_error(error, LLTFI_ERROR_COMPILE, "'%s' says:\n%s", driver, g_strchomp(messages)) : FALSE;
}

LLVMModuleRef csource_read(const char *path, const struct program_option *option, int opt_level, LLVMContextRef context,
                           GString *warnings, GError **error)
{
    g_autofree char *to = NULL;
    g_autoptr(GPtrArray) command = NULL;
    int file = g_file_open_tmp("lltfi-XXXXXX.bc", &to, error);
    LLVMModuleRef module = NULL;

    if (file < 0)
        return NULL;
    close(file);
    command = command_line(path, option, opt_level, to, error);
    if (command && csource_compile(path, command, warnings, error))
        module = llvmir_read(to, context, error);
    g_unlink(to);
    if (module)
        LLVMSetModuleIdentifier(module, path, strlen(path));
    return module;
}
