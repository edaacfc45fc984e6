#include "cli/options.h"

#include <string.h>

const char *option_of_setting(const char *key)
{
    static const struct {
        const char *key, *option;
    } names[] = {
        { "cflags", "--cflags" }, { "dims", "--dim" },        { "exhaustive", "--exhaustive" },
        { "files", "--files" },   { "inputs", "--input" },    { "jobs", "--jobs" },
        { "layers", "--layer" },  { "level", "--level" },     { "libs", "--libs" },
        { "out", "--out" },       { "outputs", "--output" },  { "record", "--record" },
        { "stdin", "--stdin" },   { "timeout", "--timeout" },
    };

    for (size_t n = 0; n < G_N_ELEMENTS(names); n++)
        if (strcmp(names[n].key, key) == 0)
            return names[n].option;
    return NULL;
}
