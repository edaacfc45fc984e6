/* The environment of a run. */
#include "engine/program/subject.h"

#include <string.h>

/* The kernel lays the environment on the stack: its bytes and its number of strings are filled up to multiples of
 * these, so that the program's own part of the stack begins at the same address in every shell. */
#define BYTES 32768
#define STRINGS 128

#define PADDING RUNTIME_PADDING "="

static guint64 fill(guint64 n, guint64 unit)
{
    return (n + unit - 1) / unit * unit - n;
}

char **run_environment(const char *shared)
{
    GPtrArray *strings = g_ptr_array_new();
    g_auto(GStrv) now = g_environ_setenv(g_get_environ(), RUNTIME_VARIABLE, shared, TRUE);
    guint64 bytes = 0, missing = fill(g_strv_length(now) + 1, STRINGS) + 1;
    char *last;

    for (char **string = now; *string; string++) {
        bytes += strlen(*string) + 1;
        g_ptr_array_add(strings, g_strdup(*string));
    }
    bytes += missing * sizeof(PADDING);
    while (--missing > 0)
        g_ptr_array_add(strings, g_strdup(PADDING));
    last = g_strnfill(sizeof(PADDING) - 1 + fill(bytes, BYTES), 'x');
    memcpy(last, PADDING, sizeof(PADDING) - 1);
    g_ptr_array_add(strings, last);
    g_ptr_array_add(strings, NULL);
    return (char **)g_ptr_array_free(strings, FALSE);
}
