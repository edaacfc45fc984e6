#include "ops/ops.h"

#include <string.h>

/* Start or end of the range of dimensions: negative ones count from the last, and it is clamped to the rank. */
static int64_t bound(const struct op_node *node, const char *name, int64_t otherwise, int rank)
{
    int64_t value = op_int(node, name, otherwise);

    value += value < 0 ? rank : 0;
    return CLAMP(value, 0, rank);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t start = bound(node, "start", 0, x->rank), end = bound(node, "end", x->rank, x->rank);
    int64_t count = MAX(end - start, 0);
    struct tensor *shape = tensor_new(ELEMENT_INT64, 1, &count, error);

    if (!shape)
        return FALSE;
    memcpy(shape->data, x->dims + start, shape->size);
    return op_output_constant(node, 0, shape, error);
}

static const struct attribute attributes[] = { { "end", ATTRIBUTE_INT }, { "start", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Shape = {
    .type = "Shape",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
