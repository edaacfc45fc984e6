/* The order in which the nodes of a graph can be computed. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"

/* A depth-first walk from each node to those it reads from, without recursion: graphs are as deep as they are long. */
struct walk {
    const struct lowering *lowering;
    GHashTable *producers; /* value name -> index + 1 of the node that computes it */
    enum { UNSEEN, OPEN, DONE } * state;
    GArray *open;  /* struct step: the way to where the walk is */
    GArray *order; /* unsigned */
};

struct step {
    unsigned node;
    size_t next_input;
};

static gboolean twice_error(const struct walk *walk, const char *name, const Onnx__NodeProto *first,
                            const Onnx__NodeProto *second, GError **error)
{
    g_autofree char *one = first ? node_label(first) : g_strdup("an input or initializer of the graph");
    g_autofree char *other = node_label(second);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                "%s: value '%s' is given twice, by %s and by %s: every value has one name and one producer",
                walk->lowering->onnx->path, name, one, other);
    return FALSE;
}

static gboolean find_producers(struct walk *walk, GError **error)
{
    const Onnx__GraphProto *graph = walk->lowering->onnx->proto->graph;

    for (size_t n = 0; n < graph->n_node; n++) {
        for (size_t i = 0; i < graph->node[n]->n_output; i++) {
            const char *name = proto_string(graph->node[n]->output[i]);
            guint other = GPOINTER_TO_UINT(g_hash_table_lookup(walk->producers, name));

            if (!*name)
                continue;
            if (other > 0 || lowering_find(walk->lowering, name) >= 0)
                return twice_error(walk, name, other > 0 ? graph->node[other - 1] : NULL, graph->node[n], error);
            g_hash_table_insert(walk->producers, (gpointer)name, GUINT_TO_POINTER((guint)n + 1));
        }
    }
    return TRUE;
}

static void set_cycle_error(const struct walk *walk, unsigned node, GError **error)
{
    const guint longest = 8; /* nodes that the message names */
    g_autoptr(GString) text = g_string_new(NULL);
    guint from = walk->open->len;

    while (g_array_index(walk->open, struct step, from - 1).node != node)
        from--;
    for (guint s = from - 1; s < walk->open->len && s < from - 1 + longest; s++) {
        g_autofree char *label =
            node_label(walk->lowering->onnx->proto->graph->node[g_array_index(walk->open, struct step, s).node]);

        g_string_append_printf(text, "%s%s", text->len ? ", which reads from " : "", label);
    }
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: the graph has a cycle: %s%s", walk->lowering->onnx->path,
                text->str, walk->open->len - from + 1 > longest ? ", and so on" : ", which reads from the first");
}

static gboolean enter(struct walk *walk, unsigned node, GError **error)
{
    struct step step = { .node = node };

    if (walk->state[node] == DONE)
        return TRUE;
    if (walk->state[node] == OPEN) {
        set_cycle_error(walk, node, error);
        return FALSE;
    }
    walk->state[node] = OPEN;
    g_array_append_val(walk->open, step);
    return TRUE;
}

/* One step: to the next node that the last one reads from, or back when it has no more. */
static gboolean advance(struct walk *walk, GError **error)
{
    struct step *last = &g_array_index(walk->open, struct step, walk->open->len - 1);
    const Onnx__NodeProto *node = walk->lowering->onnx->proto->graph->node[last->node];

    while (last->next_input < node->n_input) {
        const char *name = proto_string(node->input[last->next_input++]);
        guint producer = *name ? GPOINTER_TO_UINT(g_hash_table_lookup(walk->producers, name)) : 0;

        if (producer > 0)
            return enter(walk, producer - 1, error);
    }
    walk->state[last->node] = DONE;
    g_array_append_val(walk->order, last->node);
    g_array_set_size(walk->open, walk->open->len - 1);
    return TRUE;
}

GArray *order_nodes(const struct lowering *lowering, GError **error)
{
    size_t n = lowering->onnx->proto->graph->n_node;
    struct walk walk = {
        .lowering = lowering,
        .producers = g_hash_table_new(g_str_hash, g_str_equal),
        .state = g_malloc0_n(MAX(n, 1), sizeof(*walk.state)),
        .open = g_array_new(FALSE, FALSE, sizeof(struct step)),
        .order = g_array_new(FALSE, FALSE, sizeof(unsigned)),
    };
    gboolean fine = find_producers(&walk, error);

    for (size_t i = 0; fine && i < n; i++) {
        fine = enter(&walk, (unsigned)i, error);
        while (fine && walk.open->len > 0)
            fine = advance(&walk, error);
    }
    g_hash_table_unref(walk.producers);
    g_free(walk.state);
    g_array_unref(walk.open);
    if (!fine)
        g_clear_pointer(&walk.order, g_array_unref);
    return walk.order;
}
