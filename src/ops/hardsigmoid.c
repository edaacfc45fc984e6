#include "ops/elementwise.h"

static gboolean lower(struct op_node *node, GError **error)
{
    return lower_formula(node, "hardsigmoid", op_float(node, "alpha", (double)0.2f), op_float(node, "beta", 0.5),
                         error);
}

static const struct attribute attributes[] = {
    { "alpha", ATTRIBUTE_FLOAT },
    { "beta", ATTRIBUTE_FLOAT },
    { NULL },
};

const struct operator operator_HardSigmoid = {
    .type = "HardSigmoid",
    .first_opset = 6,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
