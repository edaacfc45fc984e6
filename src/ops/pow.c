#include "ops/elementwise.h"

/* Up to opset 11 both inputs are of one type; from 12 on the exponent may be of any numeric type. */
static gboolean check_types(const struct op_node *node, GError **error)
{
    const struct value *exponent = op_input(node, 1);

    if (op_opset(node) < 12)
        return op_check_same_type(node, 0, error);
    if (!(ELEMENT_BIT(exponent->type) & ELEMENTS_NUMERIC))
        return op_error(node, error, "the exponent '%s' is of type %s, it must be a number", exponent->name,
                        element_name(exponent->type));
    return op_check_type(node, op_input(node, 0)->type, error);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *base = op_input(node, 0), *exponent = op_input(node, 1);
    struct elementwise *p;
    int64_t dims[MAX_RANK];
    int rank = 0;

    if (!check_types(node, error) || !op_broadcast(node, base, &rank, dims, error) ||
        !op_broadcast(node, exponent, &rank, dims, error))
        return FALSE;
    p = elementwise_new(node, rank, dims);
    p->mode = (int)exponent->type;
    return elementwise_finish(node, p, "pow", base->type, base->type, error);
}

const struct operator operator_Pow = {
    .type = "Pow",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64),
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
