#include "store/identity.h"

#include <glib.h>
#include <string.h>

/* Where the value of "key: value" begins; the end of a line that has no value. */
static const char *value_of(const char *line)
{
    const char *colon = strstr(line, ": ");

    return colon ? colon + 2 : line + strlen(line);
}

/* The line's key, with the number of its occurrences so far, since lists repeat keys. `seen` counts them. */
static char *unique_key(GHashTable *seen, const char *line)
{
    g_autofree char *key = g_strndup(line, (size_t)(value_of(line) - line));
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));
    char *unique = g_strdup_printf("%u %s", before, key);

    g_hash_table_insert(seen, g_steal_pointer(&key), GUINT_TO_POINTER(before + 1));
    return unique;
}

/* Lines of an identity by their unique keys. */
static GHashTable *index_lines(char **lines)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (char **line = lines; *line; line++)
        if (**line)
            g_hash_table_insert(table, unique_key(seen, *line), *line);
    return table;
}

/* Reports how the lines of `lines` differ from those of `other`; lines that both have only if `both`. */
static void append_differences(GString *text, char **lines, GHashTable *other, gboolean lines_are_there)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (char **line = lines; *line; line++) {
        g_autofree char *key = **line ? unique_key(seen, *line) : NULL;
        const char *match = key ? g_hash_table_lookup(other, key) : *line;

        if (!match)
            g_string_append_printf(text, "  %s: only %s\n", g_strchug(*line), lines_are_there ? "there" : "here");
        else if (lines_are_there && strcmp(match, *line) != 0)
            g_string_append_printf(text, "  %s there, %s here\n", g_strchug(*line), value_of(match));
    }
}

char *identity_differences(const char *there, const char *here)
{
    g_auto(GStrv) lines_there = g_strsplit(there, "\n", -1);
    g_auto(GStrv) lines_here = g_strsplit(here, "\n", -1);
    g_autoptr(GHashTable) table_there = index_lines(lines_there);
    g_autoptr(GHashTable) table_here = index_lines(lines_here);
    GString *text = g_string_new(NULL);

    append_differences(text, lines_there, table_here, TRUE);
    append_differences(text, lines_here, table_there, FALSE);
    if (text->len > 0)
        g_string_truncate(text, text->len - 1);
    return g_string_free(text, text->len == 0);
}
