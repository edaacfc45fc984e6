#include "ops/elementwise.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *condition = op_input(node, 0), *a = op_input(node, 1);
    g_autofree struct elementwise *p = NULL;
    int64_t dims[MAX_RANK];
    int rank = 0;

    if (condition->type != ELEMENT_BOOL)
        return op_error(node, error, "the condition '%s' is of type %s, it must be bool", condition->name,
                        element_name(condition->type));
    if (!op_check_same_type(node, 1, error))
        return FALSE;
    for (int k = 0; k < 3; k++)
        if (!op_broadcast(node, op_input(node, k), &rank, dims, error))
            return FALSE;
    p = elementwise_new(node, rank, dims);
    return op_output(node, 0, a->type, rank, dims, error) &&
           op_kernel_bits(node, "where", a->type, p, sizeof(*p) + 3 * sizeof(*p->input), error);
}

const struct operator operator_Where = {
    .type = "Where",
    .first_opset = 9,
    .elements = ELEMENTS_ALL,
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
