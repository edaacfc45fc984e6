/* Shortens names to a number of columns; names that are shown together stay different from each other. */
#include "report/elide.h"

#include <string.h>

#define ELLIPSIS "…"

static int columns_of(gunichar c)
{
    return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

int text_columns(const char *text)
{
    int columns = 0;

    for (; *text; text = g_utf8_next_char(text))
        columns += columns_of(g_utf8_get_char(text));
    return columns;
}

char *text_front(const char *text, int columns)
{
    const char *end = text;

    while (*end && columns_of(g_utf8_get_char(end)) <= columns) {
        columns -= columns_of(g_utf8_get_char(end));
        end = g_utf8_next_char(end);
    }
    return g_strndup(text, (gsize)(end - text));
}

char *text_back(const char *text, int columns)
{
    const char *start = text + strlen(text);

    while (start > text && columns_of(g_utf8_get_char(g_utf8_prev_char(start))) <= columns) {
        start = g_utf8_prev_char(start);
        columns -= columns_of(g_utf8_get_char(start));
    }
    return g_strdup(start);
}

static char *without_front(const char *name, int columns)
{
    g_autofree char *back = text_back(name, columns - 1);

    return g_strconcat(ELLIPSIS, back, NULL);
}

static char *without_middle(const char *name, int columns)
{
    g_autofree char *front = text_front(name, columns / 2), *back = text_back(name, (columns - 1) / 2);

    return text_columns(name) <= columns ? g_strdup(name) : g_strconcat(front, ELLIPSIS, back, NULL);
}

/* "a<b, c<d>>::e(f)" becomes "a<…>::e(…)". Text with brackets that do not match is returned as it is. */
static char *without_arguments(const char *name)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int depth = 0;

    for (const char *c = name; *c; c++) {
        gboolean closes = (*c == '>' && (c == name || c[-1] != '-')) || *c == ')';

        depth -= closes;
        if (depth < 0)
            return g_strdup(name);
        if (depth == 0)
            g_string_append_c(text, *c);
        if (*c != '<' && *c != '(')
            continue;
        if (depth++ == 0 && c[1] != '>' && c[1] != ')')
            g_string_append(text, ELLIPSIS);
    }
    return depth == 0 ? g_string_free(g_steal_pointer(&text), FALSE) : g_strdup(name);
}

/* The next "/" or "::" outside brackets, NULL: there is none. */
static const char *next_component(const char *name)
{
    int depth = 0;

    for (const char *c = name; *c; c++) {
        depth += (*c == '<' || *c == '(') - (*c == '>' || *c == ')');
        if (depth <= 0 && c > name && (*c == '/' || (c[0] == ':' && c[1] == ':' && c[-1] != ':')))
            return c;
    }
    return NULL;
}

char *elide(const char *name, int columns)
{
    g_autofree char *shorter = NULL;
    const char *rest, *next;

    if (text_columns(name) <= columns)
        return g_strdup(name);
    rest = shorter = without_arguments(name);
    if (text_columns(rest) <= columns)
        return g_steal_pointer(&shorter);
    while ((next = next_component(rest))) {
        rest = next;
        if (text_columns(rest) < columns)
            return g_strconcat(ELLIPSIS, rest, NULL);
    }
    while (rest > shorter && (*rest == '/' || *rest == ':'))
        rest++;
    return without_middle(rest, columns);
}

/* Bytes that all names of a set begin with, whole characters. */
static gsize common_front(const GPtrArray *names)
{
    const char *first = names->pdata[0];
    gsize length = strlen(first);

    for (guint n = 1; n < names->len; n++) {
        const char *other = names->pdata[n];
        gsize i = 0;

        while (i < length && first[i] == other[i])
            i++;
        length = i;
    }
    while (length > 0 && (first[length] & 0xc0) == 0x80)
        length--;
    return length;
}

/* From the component in which the names of a set begin to differ. */
static char *from_difference(const char *name, gsize common, int columns)
{
    g_autofree char *rest = NULL;

    while (common > 0 && name[common - 1] != '/' && name[common - 1] != ':')
        common--;
    rest = without_middle(name + common, columns - 1);
    return g_strconcat(ELLIPSIS, rest, NULL);
}

/* From the character in which they begin to differ. */
static char *from_character(const char *name, gsize common, int columns)
{
    g_autofree char *rest = without_middle(name + common, columns - 1);

    return g_strconcat(ELLIPSIS, rest, NULL);
}

static char *keep_end(const char *name, gsize common G_GNUC_UNUSED, int columns)
{
    return without_front(name, columns);
}

static char *keep_both_ends(const char *name, gsize common G_GNUC_UNUSED, int columns)
{
    return without_middle(name, columns);
}

/* Ways to shorten names that `elide` makes equal; the first that keeps them apart is taken. */
static char *(*const ways[])(const char *name, gsize common, int columns) = { keep_end, from_difference, keep_both_ends,
                                                                              from_character };

/* How many of the shortened names neither occur twice nor are taken. */
static guint count_apart(const GPtrArray *shortened, GHashTable *taken)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    guint apart = 0;

    for (guint s = 0; s < shortened->len; s++)
        apart += g_hash_table_add(seen, shortened->pdata[s]) && !g_hash_table_contains(taken, shortened->pdata[s]);
    return apart;
}

static GPtrArray *shorten_set(const GPtrArray *set, int columns, GHashTable *taken)
{
    GPtrArray *best = NULL;
    gsize common = common_front(set);
    guint most = 0;

    for (size_t w = 0; w < G_N_ELEMENTS(ways) && most < set->len; w++) {
        GPtrArray *shortened = g_ptr_array_new_with_free_func(g_free);

        for (guint n = 0; n < set->len; n++)
            g_ptr_array_add(shortened, ways[w](set->pdata[n], common, columns));
        if (!best || count_apart(shortened, taken) > most) {
            most = count_apart(shortened, taken);
            g_clear_pointer(&best, g_ptr_array_unref);
            best = g_steal_pointer(&shortened);
        }
        g_clear_pointer(&shortened, g_ptr_array_unref);
    }
    return best;
}

/* Sets of different names that `elide` makes equal: GPtrArray of names, by what they become. */
static GHashTable *sets_of(char **names, guint n, int columns)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTable *sets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < n; i++) {
        g_autofree char *short_name = NULL;
        GPtrArray *set;

        if (!g_hash_table_add(seen, names[i]))
            continue;
        short_name = elide(names[i], columns);
        set = g_hash_table_lookup(sets, short_name);
        if (!set) {
            set = g_ptr_array_new();
            g_hash_table_insert(sets, g_steal_pointer(&short_name), set);
        }
        g_ptr_array_add(set, names[i]);
    }
    return sets;
}

/* Name to shortened name, both of the column: those that stay apart first, then the others around them. */
static GHashTable *choose_names(GHashTable *sets, int columns)
{
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *chosen = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, sets);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const GPtrArray *set = value;

        g_hash_table_add(taken, g_strdup(key));
        if (set->len == 1)
            g_hash_table_insert(chosen, set->pdata[0], g_strdup(key));
    }
    g_hash_table_iter_init(&iter, sets);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const GPtrArray *set = value;
        g_autoptr(GPtrArray) shortened = set->len > 1 ? shorten_set(set, columns, taken) : NULL;

        for (guint n = 0; shortened && n < set->len; n++) {
            g_hash_table_add(taken, g_strdup(shortened->pdata[n]));
            g_hash_table_insert(chosen, set->pdata[n], g_strdup(shortened->pdata[n]));
        }
    }
    return chosen;
}

void elide_all(char **names, guint n, int columns)
{
    g_autoptr(GHashTable) sets = sets_of(names, n, columns);
    g_autoptr(GHashTable) chosen = choose_names(sets, columns);
    g_autoptr(GPtrArray) old = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < n; i++) {
        g_ptr_array_add(old, names[i]);
        names[i] = g_strdup(g_hash_table_lookup(chosen, names[i]));
    }
}
