/* The order in which the nodes of a graph can be computed. */
#include "lower/lowering.h"

#include "base/errors.h"

/* A depth-first walk from each node to those it reads from, without recursion: graphs are as deep as they are long. */
struct node_order {
    const struct lowering *lowering;
    const GPtrArray *nodes; /* struct node * */
    GHashTable *producers;  /* value name -> index + 1 of the node that computes it */
    enum { UNSEEN, OPEN, DONE } * state;
    GArray *open;  /* struct step: the path to the current node */
    GArray *order; /* unsigned */
};

struct step {
    unsigned node;
    guint next_input;
};

static gboolean twice_error(const struct node_order *ordering, const char *name, const struct node *first,
                            const struct node *second, GError **error)
{
    g_autofree char *one = first ? node_label(first) : g_strdup("an input or initializer of the graph");
    g_autofree char *other = node_label(second);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "%s: value '%s' is given twice, by %s and by %s: every value has one name and one producer",
                ordering->lowering->graph->path, name, one, other);
    return FALSE;
}

static gboolean find_producers(struct node_order *ordering, GError **error)
{
    for (guint n = 0; n < ordering->nodes->len; n++) {
        const struct node *node = ordering->nodes->pdata[n];

        for (guint i = 0; i < node->outputs->len; i++) {
            const char *name = node->outputs->pdata[i];
            guint other = GPOINTER_TO_UINT(g_hash_table_lookup(ordering->producers, name));

            if (!*name)
                continue;
            if (other > 0 || lowering_find(ordering->lowering, name) >= 0)
                return twice_error(ordering, name, other > 0 ? ordering->nodes->pdata[other - 1] : NULL, node, error);
            g_hash_table_insert(ordering->producers, (gpointer)name, GUINT_TO_POINTER(n + 1));
        }
    }
    return TRUE;
}

static void set_cycle_error(const struct node_order *ordering, unsigned node, GError **error)
{
    const guint longest = 8; /* nodes that the message names */
    g_autoptr(GString) text = g_string_new(NULL);
    guint from = ordering->open->len;

    while (g_array_index(ordering->open, struct step, from - 1).node != node)
        from--;
    for (guint s = from - 1; s < ordering->open->len && s < from - 1 + longest; s++) {
        g_autofree char *label = node_label(ordering->nodes->pdata[g_array_index(ordering->open, struct step, s).node]);

        g_string_append_printf(text, "%s%s", text->len ? ", which reads from " : "", label);
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: the graph has a cycle: %s%s",
                ordering->lowering->graph->path, text->str,
                ordering->open->len - from + 1 > longest ? ", and so on" : ", which reads from the first");
}

static gboolean enter(struct node_order *ordering, unsigned node, GError **error)
{
    struct step step = { .node = node };

    if (ordering->state[node] == DONE)
        return TRUE;
    if (ordering->state[node] == OPEN) {
        set_cycle_error(ordering, node, error);
        return FALSE;
    }
    ordering->state[node] = OPEN;
    g_array_append_val(ordering->open, step);
    return TRUE;
}

/* One step: to the next node that the last one reads from, or back if there is none left. */
static gboolean advance(struct node_order *ordering, GError **error)
{
    struct step *last = &g_array_index(ordering->open, struct step, ordering->open->len - 1);
    const struct node *node = ordering->nodes->pdata[last->node];

    while (last->next_input < node->inputs->len) {
        const char *name = node->inputs->pdata[last->next_input++];
        guint producer = *name ? GPOINTER_TO_UINT(g_hash_table_lookup(ordering->producers, name)) : 0;

        if (producer > 0)
            return enter(ordering, producer - 1, error);
    }
    ordering->state[last->node] = DONE;
    g_array_append_val(ordering->order, last->node);
    g_array_set_size(ordering->open, ordering->open->len - 1);
    return TRUE;
}

GArray *order_nodes(const struct lowering *lowering, GError **error)
{
    guint n = lowering->graph->nodes->len;
    struct node_order ordering = {
        .lowering = lowering,
        .nodes = lowering->graph->nodes,
        .producers = g_hash_table_new(g_str_hash, g_str_equal),
        .state = g_malloc0_n(MAX(n, 1), sizeof(*ordering.state)),
        .open = g_array_new(FALSE, FALSE, sizeof(struct step)),
        .order = g_array_new(FALSE, FALSE, sizeof(unsigned)),
    };
    gboolean fine = find_producers(&ordering, error);

    for (guint i = 0; fine && i < n; i++) {
        fine = enter(&ordering, i, error);
        while (fine && ordering.open->len > 0)
            fine = advance(&ordering, error);
    }
    g_hash_table_unref(ordering.producers);
    g_free(ordering.state);
    g_array_unref(ordering.open);
    if (!fine)
        g_clear_pointer(&ordering.order, g_array_unref);
    return ordering.order;
}
