/* A parsed ONNX model to struct model: every node in order, with shapes, kernels and constants. */
#include "frontend/onnx/onnx.h"

#include "base/stages.h"

static void free_tensor(gpointer tensor)
{
    tensor_free(tensor);
}

static gboolean open_inputs(struct op_node *node, GError **error)
{
    for (size_t i = 0; i < node->proto->n_input; i++) {
        const char *name = proto_string(node->proto->input[i]);
        int number = *name ? lowering_find(node->lowering, name) : -1;

        if (*name && number < 0)
            return op_error(node, error,
                            "input %zu is '%s', which is neither computed by a node nor an input or initializer of "
                            "the graph",
                            i, name);
        g_array_append_val(node->inputs, number);
    }
    return TRUE;
}

static void open_outputs(struct op_node *node)
{
    for (size_t i = 0; i < node->proto->n_output; i++) {
        const char *name = proto_string(node->proto->output[i]);
        int number = *name ? lowering_add_value(node->lowering, name) : -1;

        g_array_append_val(node->outputs, number);
    }
}

static gboolean lower_node(struct lowering *lowering, const Onnx__NodeProto *proto, GError **error)
{
    g_autofree char *type = node_type(proto);
    struct op_node node = {
        .lowering = lowering,
        .proto = proto,
        .operator= operator_find(type),
        .opset = lowering->onnx->opset,
        .inputs = g_array_new(FALSE, FALSE, sizeof(int)),
        .outputs = g_array_new(FALSE, FALSE, sizeof(int)),
        .kept = g_ptr_array_new_with_free_func(g_free),
    };
    gboolean fine = open_inputs(&node, error);

    open_outputs(&node);
    fine = fine && check_node(&node, error) && node.operator->lower(&node, error) && lowering_close_node(&node, error);

    g_array_unref(node.inputs);
    g_array_unref(node.outputs);
    g_ptr_array_unref(node.kept);
    g_free(node.kernel);
    g_free(node.params);
    return fine;
}

static gboolean lower_nodes(struct lowering *lowering, GError **error)
{
    const Onnx__GraphProto *graph = lowering->onnx->proto->graph;
    g_autoptr(GArray) order = order_nodes(lowering, error);

    if (!order)
        return FALSE;
    for (guint i = 0; i < order->len; i++)
        if (!lower_node(lowering, graph->node[g_array_index(order, unsigned, i)], error)) {
            g_prefix_error(error, "%s: ", lowering->onnx->path);
            return FALSE;
        }
    return TRUE;
}

static void add_opset_notice(const struct lowering *lowering)
{
    if (lowering->onnx->opset > NEWEST_OPSET)
        g_ptr_array_add(lowering->model->notices,
                        g_strdup_printf("%s has opset %d; operators are known up to opset %d and taken to mean the "
                                        "same in newer ones",
                                        lowering->onnx->path, lowering->onnx->opset, NEWEST_OPSET));
}

struct model *onnx_lower(const struct onnx_model *onnx, struct tensor *const *inputs, const GPtrArray *dims,
                         GError **error)
{
    STAGE("lower");
    g_autoptr(model_t) model = model_new(onnx->path);
    struct lowering lowering = {
        .onnx = onnx,
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
    fine = check_operators(onnx, error) && lowering_bind_inputs(&lowering, dims, error) &&
           lowering_add_initializers(&lowering, error) && lower_nodes(&lowering, error) &&
           lowering_add_outputs(&lowering, error);
    add_opset_notice(&lowering);
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
