/* A parsed ONNX model to struct model: every node in order, with shapes, kernels and constants. */
#include "frontend/onnx/onnx.h"

#include "base/errors.h"

#include <string.h>

/* Names of layers are function names: longer ones serve nobody. */
#define MAX_NAME 200

static void free_tensor(gpointer tensor)
{
    tensor_free(tensor);
}

int lowering_add_value(struct lowering *lowering, const char *name)
{
    struct value *value = g_new0(struct value, 1);
    int number = (int)lowering->model->values->len;

    value->name = *name ? g_strdup(name) : g_strdup_printf("value_%d", number);
    value->rank = value->producer = -1;
    g_ptr_array_add(lowering->model->values, value);
    g_ptr_array_add(lowering->known, NULL);
    if (*name)
        g_hash_table_insert(lowering->numbers, value->name, GINT_TO_POINTER(number + 1));
    return number;
}

int lowering_add_constant(struct lowering *lowering, const char *name, struct tensor *tensor)
{
    int number = lowering_add_value(lowering, name);
    struct value *value = model_value(lowering->model, number);

    value->type = tensor->type;
    value->rank = tensor->rank;
    memcpy(value->dims, tensor->dims, sizeof(value->dims));
    value->constant = tensor;
    lowering->total += tensor->size;
    return number;
}

int lowering_find(const struct lowering *lowering, const char *name)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(lowering->numbers, name)) - 1;
}

gboolean lowering_shape_value(struct lowering *lowering, int number, enum element type, int rank, const int64_t *dims,
                              GError **error)
{
    struct value *value = model_value(lowering->model, number);
    size_t count, size;

    if (!tensor_measure(type, rank, dims, &count, &size, error))
        return FALSE;
    if (size > TENSOR_MAX_SIZE - MIN(lowering->total, TENSOR_MAX_SIZE)) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "the tensors of the model up to '%s' are larger than 64 GiB together", value->name);
        return FALSE;
    }
    lowering->total += size;
    value->type = type;
    value->rank = rank;
    memcpy(value->dims, dims, (size_t)rank * sizeof(*dims));
    return TRUE;
}

static gboolean add_initializers(struct lowering *lowering, GError **error)
{
    const Onnx__GraphProto *graph = lowering->onnx->proto->graph;

    for (size_t i = 0; i < graph->n_initializer; i++) {
        const char *name = graph->initializer[i]->name;
        g_autofree char *what = g_strdup_printf("%s: initializer '%s'", lowering->onnx->path, name);
        struct tensor *tensor = tensor_from_proto(graph->initializer[i], lowering->onnx->folder, what, error);

        if (!tensor)
            return FALSE;
        lowering_add_constant(lowering, name, tensor);
        if (lowering->total <= TENSOR_MAX_SIZE)
            continue;
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: the initializers are larger than 64 GiB together",
                    lowering->onnx->path);
        return FALSE;
    }
    return TRUE;
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

static gboolean open_outputs(struct op_node *node, GError **error)
{
    for (size_t i = 0; i < node->proto->n_output; i++) {
        const char *name = proto_string(node->proto->output[i]);
        int number = -1;

        if (*name && lowering_find(node->lowering, name) >= 0)
            return op_error(node, error,
                            "output %zu is '%s', but an input or initializer of the graph has that name already", i,
                            name);
        if (*name)
            number = lowering_add_value(node->lowering, name);
        g_array_append_val(node->outputs, number);
    }
    return TRUE;
}

/* Text that is legal as a function's name in LLVM IR and readable in messages. */
static char *clean_name(const char *name)
{
    g_autofree char *valid = g_utf8_make_valid(name, (gssize)strnlen(name, MAX_NAME));

    for (char *c = valid; *c; c++)
        if (g_ascii_iscntrl(*c) || *c == '"' || *c == '\\')
            *c = '_';
    if (g_str_has_prefix(valid, "llvm.") || g_str_has_prefix(valid, "lltfi_"))
        return g_strconcat("_", valid, NULL);
    return g_steal_pointer(&valid);
}

/* A name that no other layer has: the node's, or "<type>_<number>", with a number behind it where it is taken. */
static char *layer_name(struct lowering *lowering, const Onnx__NodeProto *node, int number)
{
    char *name = *proto_string(node->name) ? clean_name(node->name) : g_strdup_printf("%s_%d", node->op_type, number);

    for (;;) {
        int taken = GPOINTER_TO_INT(g_hash_table_lookup(lowering->names, name)) + 1;
        char *next;

        g_hash_table_insert(lowering->names, g_strdup(name), GINT_TO_POINTER(taken));
        if (taken == 1)
            return name;
        next = g_strdup_printf("%s_%d", name, taken);
        g_free(name);
        name = next;
    }
}

/* Outputs that are constants already are none of the layer's business. */
static int *layer_outputs(const struct op_node *node)
{
    int *outputs = g_new(int, node->outputs->len + 1);

    for (guint i = 0; i < node->outputs->len; i++) {
        int number = g_array_index(node->outputs, int, i);

        outputs[i] = number >= 0 && !model_value(node->lowering->model, number)->constant ? number : -1;
    }
    return outputs;
}

static struct layer *make_layer(struct op_node *node)
{
    struct layer *layer = g_new0(struct layer, 1);

    layer->operator= node->operator;
    layer->opset = node->opset;
    layer->n_inputs = (int)node->inputs->len;
    layer->inputs = g_memdup2(node->inputs->data, node->inputs->len * sizeof(int));
    layer->n_outputs = (int)node->outputs->len;
    layer->outputs = layer_outputs(node);
    layer->kernel = g_steal_pointer(&node->kernel);
    layer->params = g_steal_pointer(&node->params);
    layer->params_size = node->params_size;
    layer->space_rank = node->space_rank;
    memcpy(layer->space, node->space, sizeof(layer->space));
    g_ptr_array_add(node->lowering->model->layers, layer);
    return layer;
}

/* The layer stays: it gets its number, name and occurrence. */
static void name_layer(struct lowering *lowering, struct layer *layer, const Onnx__NodeProto *node)
{
    gpointer operator=(gpointer) layer->operator;

    layer->number = (int)lowering->model->layers->len;
    layer->name = layer_name(lowering, node, layer->number);
    layer->occurrence = GPOINTER_TO_INT(g_hash_table_lookup(lowering->occurrences, operator)) + 1;
    g_hash_table_insert(lowering->occurrences, operator, GINT_TO_POINTER(layer->occurrence));
    for (int i = 0; i < layer->n_outputs; i++)
        if (layer->outputs[i] >= 0)
            model_value(lowering->model, layer->outputs[i])->producer = layer->number;
}

/* What the operator made of the node: constants, or a layer, or a layer that can be computed now. */
static gboolean close_node(struct op_node *node, GError **error)
{
    struct lowering *lowering = node->lowering;
    gboolean open = FALSE;
    struct layer *layer;

    for (int i = 0; i < op_output_count(node); i++) {
        const struct value *value = model_value(lowering->model, g_array_index(node->outputs, int, i));

        if (value && value->rank < 0)
            return op_error(node, error, "output %d ('%s') is not supported", i, value->name);
        open |= value && !value->constant;
    }
    if (!open)
        return TRUE;
    g_assert(node->kernel);
    layer = make_layer(node);
    if (!lowering_can_fold(lowering, layer)) {
        name_layer(lowering, layer, node->proto);
        return TRUE;
    }
    if (!lowering_fold(lowering, layer, error))
        return FALSE;
    g_ptr_array_set_size(lowering->model->layers, (int)lowering->model->layers->len - 1);
    return TRUE;
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
    gboolean fine = open_inputs(&node, error) && open_outputs(&node, error) && check_node(&node, error) &&
                    node.operator->lower(&node, error) && close_node(&node, error);

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
    g_autoptr(GArray) order = order_nodes(lowering->onnx, error);

    if (!order)
        return FALSE;
    for (guint i = 0; i < order->len; i++)
        if (!lower_node(lowering, graph->node[g_array_index(order, unsigned, i)], error)) {
            g_prefix_error(error, "%s: ", lowering->onnx->path);
            return FALSE;
        }
    return TRUE;
}

/* Whether a value is of the type and shape that the file declares for it; symbolic dimensions fit everything. */
static gboolean fits(const struct onnx_port *port, const struct value *value)
{
    if ((port->type != ELEMENT_UNDEFINED && port->type != value->type) ||
        (port->rank >= 0 && port->rank != value->rank))
        return FALSE;
    for (int d = 0; d < port->rank; d++)
        if (port->dims[d] >= 0 && port->dims[d] != value->dims[d])
            return FALSE;
    return TRUE;
}

static gboolean add_output(struct lowering *lowering, const struct onnx_port *port, GError **error)
{
    int number = *port->name ? lowering_find(lowering, port->name) : -1;
    const struct value *value = model_value(lowering->model, number);

    if (!value) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT, "%s: output '%s' is not computed by any node",
                    lowering->onnx->path, port->name);
        return FALSE;
    }
    if (!fits(port, value)) {
        g_autofree char *declared = port_to_string(port), *shape = shape_to_string(value->rank, value->dims);

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_INPUT,
                    "%s: output '%s' is declared as %s, but the nodes give %s %s", lowering->onnx->path, port->name,
                    declared, element_name(value->type), shape);
        return FALSE;
    }
    g_array_append_val(lowering->model->outputs, number);
    return TRUE;
}

static gboolean add_outputs(struct lowering *lowering, GError **error)
{
    for (size_t i = 0; i < onnx_output_count(lowering->onnx); i++)
        if (!add_output(lowering, onnx_output(lowering->onnx, i), error))
            return FALSE;
    return TRUE;
}

/* Constants that no layer reads (what was folded away) take no memory in the runs. */
static void drop_unused_constants(struct model *model)
{
    g_autofree gboolean *used = g_new0(gboolean, model->values->len + 1);

    for (guint l = 1; l <= model->layers->len; l++)
        for (int i = 0; i < model_layer(model, (int)l)->n_inputs; i++)
            used[model_layer(model, (int)l)->inputs[i] + 1] = TRUE;
    for (guint i = 0; i < model->outputs->len; i++)
        used[g_array_index(model->outputs, int, i) + 1] = TRUE;
    for (guint v = 0; v < model->values->len; v++) {
        struct value *value = model->values->pdata[v];

        if (!value->constant || used[v + 1])
            continue;
        g_clear_pointer(&value->constant, tensor_free);
        value->rank = -1;
    }
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
           add_initializers(&lowering, error) && lower_nodes(&lowering, error) && add_outputs(&lowering, error);
    add_opset_notice(&lowering);
    if (fine)
        drop_unused_constants(model);
    g_hash_table_unref(lowering.numbers);
    g_hash_table_unref(lowering.names);
    g_hash_table_unref(lowering.occurrences);
    g_hash_table_unref(lowering.extents);
    g_ptr_array_unref(lowering.known);
    return fine ? g_steal_pointer(&model) : NULL;
}
