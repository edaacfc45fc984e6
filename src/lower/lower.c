/* A graph of nodes to struct model: every node in order, with shapes, kernels and constants. */
#include "lower/lowering.h"

#include "base/errors.h"
#include "base/stages.h"

static void free_tensor(gpointer tensor)
{
    tensor_free(tensor);
}

static gboolean open_inputs(struct op_node *node, GError **error)
{
    const GPtrArray *names = node->node->inputs;

    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        int number = *name ? lowering_find(node->lowering, name) : -1;

        if (*name && number < 0)
            return op_error(node, error,
                            "input %u is '%s', which is neither computed by a node nor an input or initializer of "
                            "the graph",
                            i, name);
        g_array_append_val(node->inputs, number);
    }
    return TRUE;
}

static void open_outputs(struct op_node *node)
{
    const GPtrArray *names = node->node->outputs;

    for (guint i = 0; i < names->len; i++) {
        const char *name = names->pdata[i];
        int number = *name ? lowering_add_value(node->lowering, name) : -1;

        g_array_append_val(node->outputs, number);
    }
}

static gboolean lower_node(struct lowering *lowering, const struct node *from, GError **error)
{
    g_autofree char *type = node_type(from);
    struct op_node node = {
        .lowering = lowering,
        .node = from,
        .operator= operator_find(type),
        .inputs = g_array_new(FALSE, FALSE, sizeof(int)),
        .outputs = g_array_new(FALSE, FALSE, sizeof(int)),
    };
    gboolean fine = open_inputs(&node, error);

    open_outputs(&node);
    fine = fine && check_node(&node, error) && node.operator->lower(&node, error) && lowering_close_node(&node, error);

    g_array_unref(node.inputs);
    g_array_unref(node.outputs);
    g_free(node.kernel);
    g_free(node.params);
    return fine;
}

static gboolean lower_nodes(struct lowering *lowering, GError **error)
{
    const struct node_graph *graph = lowering->graph;
    g_autoptr(GArray) order = order_nodes(lowering, error);

    if (!order)
        return FALSE;
    for (guint i = 0; i < order->len; i++)
        if (!lower_node(lowering, graph->nodes->pdata[g_array_index(order, unsigned, i)], error)) {
            g_prefix_error(error, "%s: ", graph->path);
            return FALSE;
        }
    return TRUE;
}

static void add_notice(gpointer notice, gpointer model)
{
    g_ptr_array_add(((struct model *)model)->notices, g_strdup(notice));
}

static gboolean add_constants(struct lowering *lowering, GError **error)
{
    for (guint i = 0; i < lowering->graph->constants->len; i++) {
        const struct node_constant *constant = lowering->graph->constants->pdata[i];

        if (lowering_find(lowering, constant->name) >= 0)
            return set_error(error, LLTFI_ERROR_INPUT, "%s: two inputs or constants have the name '%s'",
                             lowering->graph->path, constant->name);
        lowering_add_constant(lowering, constant->name, tensor_ref(constant->tensor));
    }
    return TRUE;
}

struct model *lower_graph(const struct node_graph *graph, struct tensor *const *inputs, const GPtrArray *dims,
                          GError **error)
{
    STAGE("lower");
    g_autoptr(model_t) model = model_new(graph->path);
    struct lowering lowering = {
        .graph = graph,
        .model = model,
        .inputs = inputs,
        .numbers = g_hash_table_new(g_str_hash, g_str_equal),
        .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .occurrences = g_hash_table_new(NULL, NULL),
        .extents = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .known = g_ptr_array_new_with_free_func(free_tensor),
    };
    gboolean fine;

    g_hash_table_insert(lowering.names, g_strdup("main"), GINT_TO_POINTER(1));
    g_hash_table_insert(lowering.names, g_strdup("main_graph"), GINT_TO_POINTER(1));
    g_ptr_array_foreach(graph->notices, add_notice, model);
    fine = check_operators(graph, error) && lowering_bind_inputs(&lowering, dims, error) &&
           add_constants(&lowering, error) && lower_nodes(&lowering, error) && lowering_add_outputs(&lowering, error);
    if (fine) {
        lowering_check_hints(&lowering);
        lowering_drop_unused(&lowering);
    }
    g_hash_table_unref(lowering.numbers);
    g_hash_table_unref(lowering.names);
    g_hash_table_unref(lowering.occurrences);
    g_hash_table_unref(lowering.extents);
    g_ptr_array_unref(lowering.known);
    return fine ? g_steal_pointer(&model) : NULL;
}
