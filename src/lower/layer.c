/* A lowered node becomes a layer of the model, or constants. */
#include "lower/lowering.h"

#include <string.h>

/* Longer names of layers are cut: they are names of functions too. */
#define MAX_NAME 200

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

/* A name that no other layer has: the node's, or "<type>_<number>"; a number is appended if it is taken. */
static char *layer_name(struct lowering *lowering, const struct node *node, int number)
{
    char *name = *node->name ? clean_name(node->name) : g_strdup_printf("%s_%d", node->type, number);

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

/* The layer does not compute outputs that are constants already. */
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
    layer->opset = node->node->opset;
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

/* Gives a layer that was not folded its number, name and occurrence. */
static void name_layer(struct lowering *lowering, struct layer *layer, const struct node *node)
{
    gpointer type = (gpointer)layer->operator;

    layer->number = (int)lowering->model->layers->len;
    layer->name = layer_name(lowering, node, layer->number);
    layer->occurrence = GPOINTER_TO_INT(g_hash_table_lookup(lowering->occurrences, type)) + 1;
    g_hash_table_insert(lowering->occurrences, type, GINT_TO_POINTER(layer->occurrence));
    for (int i = 0; i < layer->n_outputs; i++)
        if (layer->outputs[i] >= 0)
            model_value(lowering->model, layer->outputs[i])->producer = layer->number;
}

/* What the operator made of the node: constants, or a layer, or a layer that can be computed now. */
gboolean lowering_close_node(struct op_node *node, GError **error)
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
    if (!node->kernel)
        return op_error(node, error, "this form of the operator is not supported");
    if (lowering->total > TENSOR_MAX_SIZE)
        return op_error(node, error, "the tensors of the model up to here are larger than 64 GiB together");
    layer = make_layer(node);
    if (!lowering_can_fold(lowering, layer)) {
        name_layer(lowering, layer, node->node);
        return TRUE;
    }
    if (!lowering_fold(lowering, layer, error))
        return FALSE;
    g_ptr_array_set_size(lowering->model->layers, (int)lowering->model->layers->len - 1);
    return TRUE;
}
