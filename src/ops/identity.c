#include "ops/copy.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);

    return reshape_lower(node, x->rank, x->dims, error);
}

const struct operator operator_Identity = {
    .type = "Identity",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
