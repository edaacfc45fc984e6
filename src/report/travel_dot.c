/* The picture of a fault's way, for Graphviz. */
#include "report/travel.h"

#include "passes/ir/names.h"
#include "report/elide.h"
#include "report/text.h"

#include <string.h>

/* A picture with more nodes than this is not readable. */
#define MOST_INSTRUCTIONS 60
#define MOST_LINES 80
#define MOST_COLUMNS 26

static const struct {
    const char *fill, *border, *text;
} colours[TRAVEL_MARKS] = {
    [TRAVEL_ONLY_GOLDEN] = { "#eeeeee", "#999999", "#555555" },
    [TRAVEL_ONLY_FAULTY] = { "#cfe2f3", "#2f6690", "#222222" },
    [TRAVEL_STORED] = { "#fff3cd", "#c98b00", "#222222" },
    [TRAVEL_CHANGED] = { "#f9d0c4", "#d1495b", "#222222" },
    [TRAVEL_STRUCK] = { "#d1495b", "#7a1f2b", "#ffffff" },
};

static const char *const ways[] = {
    [TRAVEL_DATA] = "color=\"#d1495b\"",
    [TRAVEL_MEMORY] = "color=\"#c98b00\", style=dashed",
    [TRAVEL_CONTROL] = "color=\"#2f6690\", style=bold, penwidth=2",
};

/* One node of the picture: all reached instructions with the same key. */
struct travel_group {
    const struct travel_node *first;
    enum travel_mark mark;
    guint instructions;
    uint64_t changed, only_faulty, only_golden;
};

struct travel_picture {
    const struct travel *travel;
    enum travel_level level;
    GArray *groups;  /* struct travel_group, in the order in which they were reached */
    guint *group_of; /* by node of the travel */
    GString *to;
};

static const struct travel_node *node_at(const struct travel *travel, guint n)
{
    return &g_array_index(travel->nodes, struct travel_node, n);
}

/* Instructions with the same key are one node. */
static char *key_of(const struct travel_node *node, enum travel_level level)
{
    switch (level) {
    case TRAVEL_BY_FUNCTION:
        return g_strdup_printf("%u", node->function);
    case TRAVEL_BY_LINE:
        return g_strdup_printf("%u %s:%u", node->function, node->file ? node->file : "", node->line);
    default:
        return g_strdup_printf("%u", node->index);
    }
}

static guint count_keys(const struct travel *travel, enum travel_level level)
{
    g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint n = 0; n < travel->nodes->len; n++)
        g_hash_table_add(keys, key_of(node_at(travel, n), level));
    return g_hash_table_size(keys);
}

static enum travel_level choose_level(const struct travel *travel)
{
    if (travel->nodes->len <= MOST_INSTRUCTIONS)
        return TRAVEL_BY_INSTRUCTION;
    return count_keys(travel, TRAVEL_BY_LINE) <= MOST_LINES ? TRAVEL_BY_LINE : TRAVEL_BY_FUNCTION;
}

static void make_groups(struct travel_picture *p)
{
    g_autoptr(GHashTable) numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint n = 0; n < p->travel->nodes->len; n++) {
        const struct travel_node *node = node_at(p->travel, n);
        g_autofree char *key = key_of(node, p->level);
        guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, key));
        struct travel_group *group;

        if (number == 0) {
            struct travel_group new = { .first = node, .mark = node->mark };

            g_array_append_val(p->groups, new);
            number = p->groups->len;
            g_hash_table_insert(numbers, g_steal_pointer(&key), GUINT_TO_POINTER(number));
        }
        group = &g_array_index(p->groups, struct travel_group, number - 1);
        group->mark = MAX(group->mark, node->mark);
        group->instructions++;
        group->changed += node->changed;
        group->only_faulty += node->only_faulty;
        group->only_golden += node->only_golden;
        p->group_of[n] = number - 1;
    }
}

/* The one place where texts of the program get into a picture. */
static void append_quoted(GString *to, const char *text)
{
    g_autofree char *clean = printable(text);

    for (const char *c = clean; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(to, '\\');
        g_string_append_c(to, *c);
    }
}

/* A name, or a value. */
static void append_short(GString *to, const char *text)
{
    g_autofree char *clean = printable(text), *shortened = elide(clean, MOST_COLUMNS);

    append_quoted(to, shortened);
}

static void append_place(GString *to, const struct travel_node *node)
{
    g_autofree char *file = node->file ? g_path_get_basename(node->file) : NULL;

    if (!file)
        return;
    g_string_append(to, "\\n");
    append_short(to, file);
    g_string_append_printf(to, ":%u", node->line);
}

static void append_function(GString *to, const char *symbol)
{
    g_autofree char *name = function_shown_name(symbol);

    append_short(to, name);
}

static void append_times(GString *to, uint64_t times, const char *what)
{
    if (times > 0)
        g_string_append_printf(to, "\\n%" G_GUINT64_FORMAT " × %s", times, what);
}

static void append_label(const struct travel_picture *p, const struct travel_group *group)
{
    const struct travel_node *node = group->first;

    if (p->level == TRAVEL_BY_FUNCTION)
        append_function(p->to, node->function_name);
    else if (p->level == TRAVEL_BY_LINE && node->line == 0)
        g_string_append(p->to, "no line");
    else if (p->level == TRAVEL_BY_LINE)
        g_string_append_printf(p->to, "line %u", node->line);
    else
        g_string_append_printf(p->to, "%u: %s", node->index, node->opcode ? node->opcode : "unknown");
    if (p->level == TRAVEL_BY_INSTRUCTION) {
        append_place(p->to, node);
        if (node->faulty) {
            g_string_append(p->to, "\\n");
            append_short(p->to, node->golden);
            g_string_append(p->to, " → ");
            append_short(p->to, node->faulty);
        }
    } else
        g_string_append_printf(p->to, "\\n%u instruction%s", group->instructions, group->instructions > 1 ? "s" : "");
    append_times(p->to, group->changed, "changed");
    append_times(p->to, group->only_faulty, "only faulty");
    append_times(p->to, group->only_golden, "only golden");
}

static void append_group(const struct travel_picture *p, guint number)
{
    const struct travel_group *group = &g_array_index(p->groups, struct travel_group, number);

    g_string_append_printf(p->to, "n%u [label=\"", number);
    append_label(p, group);
    g_string_append_printf(p->to, "\", fillcolor=\"%s\", color=\"%s\", fontcolor=\"%s\"%s];\n",
                           colours[group->mark].fill, colours[group->mark].border, colours[group->mark].text,
                           group->mark == TRAVEL_ONLY_GOLDEN || group->mark == TRAVEL_ONLY_FAULTY
                               ? ", style=\"filled,rounded,dashed\""
                               : "");
}

/* Whether a node belongs to a function, and, where nodes are instructions, to a block of it. */
static gboolean belongs_to(const struct travel_group *group, unsigned function, gint64 block)
{
    return group->first->function == function && (block < 0 || group->first->block == block);
}

static void append_cluster(const struct travel_picture *p, guint first, gint64 block)
{
    const struct travel_node *node = g_array_index(p->groups, struct travel_group, first).first;

    for (guint g = first; g < p->groups->len; g++)
        if (belongs_to(&g_array_index(p->groups, struct travel_group, g), node->function, block))
            append_group(p, g);
}

/* Blocks are boxes without a title inside the box of their function. */
static void append_blocks(const struct travel_picture *p, guint first)
{
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    unsigned function = g_array_index(p->groups, struct travel_group, first).first->function;

    for (guint g = first; g < p->groups->len; g++) {
        const struct travel_node *node = g_array_index(p->groups, struct travel_group, g).first;

        if (node->function != function || !g_hash_table_add(done, GUINT_TO_POINTER(node->block + 1)))
            continue;
        g_string_append_printf(p->to, "subgraph \"cluster_%u_%u\" {\nlabel=\"\"; color=\"#cccccc\"; style=dotted;\n",
                               function, node->block);
        append_cluster(p, g, node->block);
        g_string_append(p->to, "}\n");
    }
}

static void append_functions(const struct travel_picture *p)
{
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

    for (guint g = 0; g < p->groups->len; g++) {
        const struct travel_node *node = g_array_index(p->groups, struct travel_group, g).first;

        if (p->level == TRAVEL_BY_FUNCTION) {
            append_group(p, g);
            continue;
        }
        if (!g_hash_table_add(done, GUINT_TO_POINTER(node->function)))
            continue;
        g_string_append_printf(p->to, "subgraph \"cluster_%u\" {\ncolor=\"#888888\"; label=\"", node->function);
        append_function(p->to, node->function_name);
        g_string_append(p->to, "\";\n");
        if (p->level == TRAVEL_BY_INSTRUCTION)
            append_blocks(p, g);
        else
            append_cluster(p, g, -1);
        g_string_append(p->to, "}\n");
    }
}

static void append_edges(const struct travel_picture *p)
{
    g_autoptr(GHashTable) done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint e = 0; e < p->travel->edges->len; e++) {
        const struct travel_edge *edge = &g_array_index(p->travel->edges, struct travel_edge, e);
        guint from = p->group_of[edge->from], to = p->group_of[edge->to];
        char *text = g_strdup_printf("n%u -> n%u [%s];\n", from, to, ways[edge->way]);

        if ((from == to && p->level != TRAVEL_BY_INSTRUCTION) || g_hash_table_contains(done, text)) {
            g_free(text);
            continue;
        }
        g_string_append(p->to, text);
        g_hash_table_add(done, text);
    }
}

static void append_head(const struct travel_picture *p, const char *title)
{
    static const char *const nodes[] = { "", "", "lines of source", "functions" };

    g_string_append(p->to, "digraph \"LLTFI\" {\ngraph [fontname=\"sans-serif\", fontsize=14, labelloc=t, labeljust=l, "
                           "label=\"");
    append_quoted(p->to, title);
    if (p->level != TRAVEL_BY_INSTRUCTION)
        g_string_append_printf(p->to, "\\l%u instructions, drawn as %s", p->travel->nodes->len, nodes[p->level]);
    g_string_append(p->to,
                    "\\lred: struck or changed (golden → faulty), yellow: stored, blue: executed with the fault only, "
                    "grey: without it only\\larrows: red data, yellow dashed memory, blue control\\l\"];\n"
                    "node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11];\n"
                    "edge [arrowsize=0.7];\n");
}

char *travel_dot(const struct travel *travel, const char *title, enum travel_level level)
{
    g_autoptr(GArray) groups = g_array_new(FALSE, TRUE, sizeof(struct travel_group));
    g_autofree guint *group_of = g_new(guint, travel->nodes->len + 1);
    struct travel_picture p = { travel, level == TRAVEL_AUTO ? choose_level(travel) : level, groups, group_of,
                                g_string_new(NULL) };

    make_groups(&p);
    append_head(&p, title);
    append_functions(&p);
    append_edges(&p);
    g_string_append(p.to, "}\n");
    return g_string_free(p.to, FALSE);
}
