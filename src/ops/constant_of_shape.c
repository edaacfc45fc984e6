#include "ops/given.h"

#include <string.h>

/* The element that fills the output: a float zero unless the attribute says otherwise. */
static struct tensor *read_value(struct op_node *node, GError **error)
{
    g_autoptr(tensor_t) value = NULL;

    if (!op_has_attribute(node, "value"))
        return tensor_new(ELEMENT_FLOAT, 0, NULL, error);
    value = op_tensor(node, "value", error);
    if (value && value->count != 1) {
        op_error(node, error, "'value' has %" G_GSIZE_FORMAT " elements, it must have one", value->count);
        return NULL;
    }
    return g_steal_pointer(&value);
}

static gboolean lower(struct op_node *node, GError **error)
{
    g_autoptr(tensor_t) value = read_value(node, error);
    g_autofree int64_t *dims = NULL;
    struct tensor *filled;
    size_t rank, size;

    if (!value || !given_ints(node, NULL, 0, &dims, &rank, error))
        return FALSE;
    if (rank > MAX_RANK)
        return op_error(node, error, "the shape has rank %" G_GSIZE_FORMAT ", at most %d is supported", rank, MAX_RANK);
    filled = tensor_new(value->type, (int)rank, dims, error);
    if (!filled)
        return FALSE;
    size = element_size(value->type);
    for (size_t i = 0; i < filled->count; i++)
        memcpy((char *)filled->data + i * size, value->data, size);
    return op_output_constant(node, 0, filled, error);
}

static const struct attribute attributes[] = { { "value", ATTRIBUTE_TENSOR }, { 0 } };

const struct operator operator_ConstantOfShape = {
    .type = "ConstantOfShape",
    .first_opset = 9,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
