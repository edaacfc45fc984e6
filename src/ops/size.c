#include "ops/ops.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct tensor *size = tensor_new(ELEMENT_INT64, 0, NULL, error);
    int64_t count = 1;

    if (!size)
        return FALSE;
    for (int d = 0; d < x->rank; d++)
        count *= x->dims[d];
    *(int64_t *)size->data = count;
    return op_output_constant(node, 0, size, error);
}

const struct operator operator_Size = {
    .type = "Size",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
