#include "ops/copy.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t given = op_int(node, "axis", 1), axis = given < 0 ? given + x->rank : given, dims[2] = { 1, 1 };

    if (axis < 0 || axis > x->rank)
        return op_error(node, error, "attribute 'axis' is %" G_GINT64_FORMAT ", but the rank allows %d to %d", given,
                        -x->rank, x->rank);
    for (int d = 0; d < x->rank; d++)
        dims[d >= axis] *= x->dims[d];
    return reshape_lower(node, 2, dims, error);
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Flatten = {
    .type = "Flatten",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = reshape_affected,
};
