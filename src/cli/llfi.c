#include "cli/llfi.h"

#include "llfi/llfi.h"

#include <stdio.h>
#include <string.h>

const struct verb llfi_verbs[] = {
    { "instrument", cli_instrument, "LLFI: make the executables for profile and injectfault from an IR file" },
    { "profile", cli_llfi_profile, "LLFI: run an instrumented program once without faults" },
    { "injectfault", cli_injectfault, "LLFI: run it with faults, as input.yaml says" },
    { NULL },
};

const struct verb *llfi_verb(const char *name)
{
    for (const struct verb *verb = llfi_verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

gboolean llfi_is_profiling(const char *path)
{
    return g_str_has_suffix(path, LLFI_PROFILING);
}

int llfi_fail(const GError *error)
{
    fprintf(stderr, "lltfi: %s\n", error->message);
    return 1;
}
