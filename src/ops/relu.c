#include "ops/ops.h"

#include "kernels/elementwise.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct elementwise p = { .rank = x->rank };
    int64_t stride = 1;

    for (int d = x->rank - 1; d >= 0; d--) {
        p.dims[d] = x->dims[d];
        p.output[d] = p.strides[0][d] = stride;
        stride *= x->dims[d];
    }
    return op_output(node, 0, x->type, x->rank, x->dims, error) &&
           op_kernel(node, "relu", x->type, &p, sizeof(p), error);
}

const struct operator operator_Relu = {
    .type = "Relu",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENTS_SIGNED,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
};
