#include "llfi/verbs/verbs.h"

#include "llfi/llfi.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char help[] =
    "usage: lltfi profile llfi/NAME-profiling.exe [ARGUMENT...]\n\n"
    "Runs the program once without faults: llfi.stat.prof.txt gets the number of cycles,\n"
    "llfi/baseline what the program writes. The exit status is the program's; see docs/llfi.md.\n";

static gboolean profile(int argc, char **argv, int *status, GError **error)
{
    g_autoptr(llfi_tree_t) tree = llfi_tree_of_executable(argv[1], LLFI_PROFILING, error);
    g_autoptr(GPtrArray) arguments = tree ? llfi_arguments(tree, argc - 2, argv + 2) : NULL;

    return tree && llfi_tree_enter(tree, error) && llfi_profile(tree, arguments, status, error);
}

int verb_profile(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int status;

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, argc < 2 ? stderr : stdout);
        return argc < 2;
    }
    if (!profile(argc, argv, &status, &error))
        return llfi_fail(error);
    return WIFSIGNALED(status) ? 256 - WTERMSIG(status) : WEXITSTATUS(status);
}
