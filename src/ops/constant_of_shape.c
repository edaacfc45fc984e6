#include "ops/copy.h"
#include "ops/given.h"

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

/* Every element is a copy of the value, which takes the place of the shape as input: small outputs become constants,
 * large ones are filled at run time. */
static gboolean lower(struct op_node *node, GError **error)
{
    struct tensor *value = read_value(node, error);
    g_autofree int64_t *dims = NULL;
    struct copy copy;
    size_t rank;

    if (!value || !given_ints(node, NULL, 0, &dims, &rank, error)) {
        tensor_free(value);
        return FALSE;
    }
    op_replace_input(node, 0, value);
    if (rank > MAX_RANK)
        return op_error(node, error, "the shape has rank %" G_GSIZE_FORMAT ", at most %d is supported", rank, MAX_RANK);
    if (!op_output(node, 0, value->type, (int)rank, dims, error))
        return FALSE;
    copy = copy_to((int)rank, dims);
    return copy_lower(node, (int)rank, dims, &copy, error);
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
    .affected = copy_affected,
};
