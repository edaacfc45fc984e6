/* A node as its operator sees it: inputs, outputs, kernel. */
#include "lower/lowering.h"

#include "base/errors.h"
#include "kernels/native.h"
#include "ops/copy.h"

#include <string.h>

gboolean op_error(const struct op_node *node, GError **error, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    set_error(error, LLTFI_ERROR_INPUT, "%s", text);
    return node_prefix_error(node->node, error);
}

int op_opset(const struct op_node *node)
{
    return node->node->opset;
}

int op_input_count(const struct op_node *node)
{
    return (int)node->inputs->len;
}

int op_output_count(const struct op_node *node)
{
    return (int)node->outputs->len;
}

static int number_at(const GArray *numbers, int i)
{
    return i < 0 || (guint)i >= numbers->len ? -1 : g_array_index(numbers, int, i);
}

const struct value *op_input(const struct op_node *node, int i)
{
    return model_value(node->lowering->model, number_at(node->inputs, i));
}

gboolean op_has_output(const struct op_node *node, int i)
{
    return number_at(node->outputs, i) >= 0;
}

gboolean op_is_constant(const struct op_node *node, int i)
{
    const struct value *value = op_input(node, i);

    return value && value->constant;
}

const struct tensor *op_constant(struct op_node *node, int i, GError **error)
{
    const struct tensor *tensor;

    if (!op_input(node, i)) {
        op_error(node, error, "input %d is missing", i);
        return NULL;
    }
    tensor = lowering_content(node->lowering, number_at(node->inputs, i), error);
    if (!tensor)
        node_prefix_error(node->node, error);
    return tensor;
}

int64_t *op_constant_ints(struct op_node *node, int i, size_t *count, GError **error)
{
    const struct tensor *tensor = op_constant(node, i, error);
    int64_t *numbers;

    *count = 0;
    if (!tensor)
        return NULL;
    if ((tensor->type != ELEMENT_INT32 && tensor->type != ELEMENT_INT64) || tensor->rank > 1) {
        g_autofree char *shape = shape_to_string(tensor->rank, tensor->dims);

        op_error(node, error, "input %d ('%s') must be a list of int32 or int64, but is %s %s", i,
                 op_input(node, i)->name, element_name(tensor->type), shape);
        return NULL;
    }
    numbers = g_new(int64_t, MAX(tensor->count, 1));
    for (size_t k = 0; k < tensor->count; k++)
        numbers[k] = tensor->type == ELEMENT_INT32 ? ((int32_t *)tensor->data)[k] : ((int64_t *)tensor->data)[k];
    *count = tensor->count;
    return numbers;
}

gboolean op_output(struct op_node *node, int i, enum element type, int rank, const int64_t *dims, GError **error)
{
    if (i == 0 && !node->has_space && rank >= 0 && rank <= MAX_RANK) {
        node->space_rank = rank;
        for (int d = 0; d < rank; d++)
            node->space[d] = dims[d];
    }
    if (!op_has_output(node, i) ||
        lowering_shape_value(node->lowering, number_at(node->outputs, i), type, rank, dims, error))
        return TRUE;
    return node_prefix_error(node->node, error);
}

gboolean op_output_constant(struct op_node *node, int i, struct tensor *tensor, GError **error)
{
    struct value *value = model_value(node->lowering->model, number_at(node->outputs, i));

    if (!op_output(node, i, tensor->type, tensor->rank, tensor->dims, error)) {
        tensor_free(tensor);
        return FALSE;
    }
    if (value) {
        value->constant = tensor;
        value->folded = node->node->inputs->len > 0;
    } else {
        tensor_free(tensor);
    }
    return TRUE;
}

gboolean op_kernel_symbol(struct op_node *node, const char *symbol, const void *params, size_t size, GError **error)
{
    if (!kernel_native(symbol))
        return op_error(node, error, "this combination of element types is not supported (there is no kernel %s)",
                        symbol);
    g_free(node->kernel);
    g_free(node->params);
    node->kernel = g_strdup(symbol);
    node->params = g_memdup2(params, size);
    node->params_size = size;
    return TRUE;
}

gboolean op_kernel(struct op_node *node, const char *stem, enum element type, const void *params, size_t size,
                   GError **error)
{
    g_autofree char *symbol = g_strdup_printf("%s_%s", stem, element_name(type));

    return op_kernel_symbol(node, symbol, params, size, error);
}

gboolean op_kernel_bits(struct op_node *node, const char *stem, enum element type, const void *params, size_t size,
                        GError **error)
{
    g_autofree char *symbol = g_strdup_printf("%s_bits%" G_GSIZE_FORMAT, stem, 8 * element_size(type));

    return op_kernel_symbol(node, symbol, params, size, error);
}

gboolean op_kernel_copy(struct op_node *node, GError **error)
{
    struct copy copy = copy_same(node->space_rank, node->space);

    return op_kernel_bits(node, "copy", op_input(node, 0)->type, &copy, sizeof(copy), error);
}

void op_space(struct op_node *node, int rank, const int64_t *dims)
{
    node->has_space = TRUE;
    node->space_rank = rank;
    for (int d = 0; d < rank; d++)
        node->space[d] = dims[d];
}

void op_replace_input(struct op_node *node, int i, struct tensor *tensor)
{
    const struct value *original = op_input(node, i);
    int number = lowering_add_constant(node->lowering, "", tensor);
    struct value *value = model_value(node->lowering->model, number);

    if (original) {
        g_free(value->name);
        value->name = g_strdup_printf("%s (laid out)", original->name);
    }
    if (node->operator->place)
        value->original = number_at(node->inputs, i);
    g_array_index(node->inputs, int, i) = number;
}

gboolean op_check_type(const struct op_node *node, enum element type, GError **error)
{
    GString *names;

    if (element_size(type) > 0 && node->operator->elements & ELEMENT_BIT(type))
        return TRUE;
    names = g_string_new(NULL);
    for (int e = 0; e < ELEMENT_COUNT; e++)
        if (node->operator->elements & ELEMENT_BIT(e))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", element_name((enum element)e));
    op_error(node, error, "element type %s is not supported, but %s are", element_name(type), names->str);
    g_string_free(names, TRUE);
    return FALSE;
}
