#include "ops/elementwise.h"

static gboolean lower(struct op_node *node, GError **error)
{
    return lower_formula(node, "leakyrelu", op_float(node, "alpha", (double)0.01f), 0, error);
}

static const struct attribute attributes[] = {
    { "alpha", ATTRIBUTE_FLOAT },
    { NULL },
};

const struct operator operator_LeakyRelu = {
    .type = "LeakyRelu",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
