/* Colours a graph of the program by reports. Its lines are `llfiID_7 [shape=...];` and `llfiID_7 -> llfiID_8;`. */
#include "llfi/traces/report.h"

#include <stdlib.h>
#include <string.h>

#define NODE "llfiID_"
#define ARROW " -> " NODE
#define STRUCK "red"
#define CHANGED "yellow"

struct colouring {
    GHashTable *nodes;      /* id -> colour */
    GHashTable *successors; /* id -> GArray of unsigned, by control flow */
    GHashTable *edges;      /* set of red edges: "llfiID_7 -> llfiID_8;" */
};

static void free_array(gpointer array)
{
    g_array_unref(array);
}

static gboolean is_edge(const char *line, unsigned *from, unsigned *to)
{
    char *end;

    if (!g_str_has_prefix(line, NODE))
        return FALSE;
    *from = (unsigned)strtoul(line + strlen(NODE), &end, 10);
    if (!g_str_has_prefix(end, ARROW))
        return FALSE;
    *to = (unsigned)strtoul(end + strlen(ARROW), &end, 10);
    return strcmp(end, ";") == 0;
}

static void find_successors(struct colouring *c, char **lines)
{
    unsigned from, to;

    for (; *lines; lines++) {
        GArray *list;

        if (!is_edge(*lines, &from, &to))
            continue;
        list = g_hash_table_lookup(c->successors, GUINT_TO_POINTER(from));
        if (!list) {
            list = g_array_new(FALSE, FALSE, sizeof(unsigned));
            g_hash_table_insert(c->successors, GUINT_TO_POINTER(from), list);
        }
        g_array_append_val(list, to);
    }
}

/* Follows instructions with one successor to the first that has none or several, or to `target`. */
static unsigned follow(const struct colouring *c, unsigned id, unsigned target)
{
    for (int step = 0; step < 1000 && id != target; step++) {
        const GArray *list = g_hash_table_lookup(c->successors, GUINT_TO_POINTER(id));

        if (!list || list->len != 1)
            break;
        id = g_array_index(list, unsigned, 0);
    }
    return id;
}

/* The branch after `from` that leads to `to`. Terminators are not traced, so the branch is between the two. */
static void colour_edge(struct colouring *c, unsigned from, unsigned to)
{
    unsigned branch = follow(c, from, to);
    const GArray *list = g_hash_table_lookup(c->successors, GUINT_TO_POINTER(branch));

    for (guint s = 0; list && list->len > 1 && s < list->len; s++) {
        unsigned next = g_array_index(list, unsigned, s);

        if (next == to || follow(c, next, to) == to)
            g_hash_table_add(c->edges, g_strdup_printf(NODE "%u" ARROW "%u;", branch, next));
    }
}

/* The number that follows the text `before` in a line; FALSE if there is none. */
static gboolean number_of(const char *line, const char *before, unsigned *number)
{
    const char *at = strstr(line, before);
    char *end;

    if (!at)
        return FALSE;
    at += strlen(before);
    *number = (unsigned)strtoul(at, &end, 10);
    return end > at;
}

/* Where control went: the first instruction that only the faulty run executed or, if there is none, the first one that
 * both runs execute again. */
static void colour_branch(struct colouring *c, const GPtrArray *diffs, guint d)
{
    unsigned from, to;
    gboolean found = FALSE;

    if (!number_of(diffs->pdata[d], "Pre  Diff: ID:", &from))
        return;
    while (!found && ++d < diffs->len && !strchr(diffs->pdata[d], '@'))
        found = number_of(diffs->pdata[d], " \\ ", &to) || number_of(diffs->pdata[d], "Post Diff: ID:", &to);
    if (found)
        colour_edge(c, from, to);
}

static void colour_report(struct colouring *c, const struct fault_report *report)
{
    for (guint d = 0; d < report->diffs->len; d++) {
        unsigned id;

        if (number_of(report->diffs->pdata[d], "Data Diff: ID:", &id) &&
            !g_hash_table_contains(c->nodes, GUINT_TO_POINTER(id)))
            g_hash_table_insert(c->nodes, GUINT_TO_POINTER(id), (gpointer)CHANGED);
        colour_branch(c, report->diffs, d);
    }
}

static void append_line(const struct colouring *c, const char *line, GString *to)
{
    unsigned id, other;
    const char *shape = g_str_has_prefix(line, NODE) ? strstr(line, " [shape") : NULL;
    const char *colour = NULL;
    char *end;

    if (shape) {
        id = (unsigned)strtoul(line + strlen(NODE), &end, 10);
        colour = end == shape ? g_hash_table_lookup(c->nodes, GUINT_TO_POINTER(id)) : NULL;
    }
    if (colour && g_str_has_suffix(line, "];"))
        g_string_append_printf(to, "%.*s, style=\"filled\", fillcolor=\"%s\"];\n", (int)(strlen(line) - 2), line,
                               colour);
    else if (is_edge(line, &id, &other) && g_hash_table_contains(c->edges, line))
        g_string_append_printf(to, "%.*s [color=\"red\"];\n", (int)(strlen(line) - 1), line);
    else
        g_string_append_printf(to, "%s\n", line);
}

char *fault_reports_colour(const GPtrArray *reports, const char *graph)
{
    g_auto(GStrv) lines = g_strsplit(graph, "\n", -1);
    g_autoptr(GHashTable) nodes = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) successors = g_hash_table_new_full(NULL, NULL, NULL, free_array);
    g_autoptr(GHashTable) edges = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct colouring c = { nodes, successors, edges };
    GString *to = g_string_new(NULL);

    find_successors(&c, lines);
    for (guint r = 0; r < reports->len; r++)
        g_hash_table_insert(nodes, GUINT_TO_POINTER(((struct fault_report *)reports->pdata[r])->id), (gpointer)STRUCK);
    for (guint r = 0; r < reports->len; r++)
        colour_report(&c, reports->pdata[r]);
    for (char **line = lines; *line; line++)
        append_line(&c, *line, to);
    return g_string_free(to, FALSE);
}
