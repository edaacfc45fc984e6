#include "passes/ir/names.h"

#include <stdlib.h>
#include <string.h>

/* Of the C++ ABI; defined by the C++ library that libLLVM needs. */
char *__cxa_demangle(const char *symbol, char *buffer, size_t *length, int *status);

/* Parts of names whose brackets do not enclose parameters or template arguments. */
static const char *const wholes[] = { "(anonymous namespace)",
                                      "operator()",
                                      "operator<<",
                                      "operator>>",
                                      "operator<=",
                                      "operator>=",
                                      "operator->",
                                      "operator<",
                                      "operator>" };

static const char *whole_at(const char *text)
{
    for (size_t w = 0; w < G_N_ELEMENTS(wholes); w++)
        if (g_str_has_prefix(text, wholes[w]))
            return wholes[w];
    return NULL;
}

/* Drops template arguments, the return type, which precedes a template function's name, and everything from the
 * parameters on. */
static char *without_types(const char *printed)
{
    GString *name = g_string_new(NULL);
    int depth = 0;

    for (const char *c = printed; *c && (*c != '(' || depth > 0 || whole_at(c)); c++) {
        const char *whole = depth == 0 ? whole_at(c) : NULL;

        if (whole) {
            g_string_append(name, whole);
            c += strlen(whole) - 1;
            continue;
        }
        depth += *c == '<';
        if (depth == 0 && *c == ' ' && !strstr(name->str, "operator"))
            g_string_truncate(name, 0);
        else if (depth == 0)
            g_string_append_c(name, *c);
        depth -= *c == '>' && depth > 0;
    }
    return g_string_free(name, FALSE);
}

char *function_source_name(const char *symbol)
{
    int status = 0;
    char *printed = g_str_has_prefix(symbol, "_Z") ? __cxa_demangle(symbol, NULL, NULL, &status) : NULL;
    char *name = printed ? without_types(printed) : NULL;

    free(printed);
    return name;
}

char *function_shown_name(const char *symbol)
{
    char *name = function_source_name(symbol);

    return name ? name : g_strdup(symbol);
}

static gboolean is_named(const char *symbol, const char *source, const char *name)
{
    if (strcmp(name, symbol) == 0 || g_strcmp0(name, source) == 0)
        return TRUE;
    return strpbrk(name, "*?") &&
           (g_pattern_match_simple(name, symbol) || (source && g_pattern_match_simple(name, source)));
}

gboolean function_is_among(const char *symbol, const GPtrArray *names)
{
    g_autofree char *source = names->len > 0 ? function_source_name(symbol) : NULL;

    for (guint n = 0; n < names->len; n++)
        if (is_named(symbol, source, names->pdata[n]))
            return TRUE;
    return FALSE;
}
