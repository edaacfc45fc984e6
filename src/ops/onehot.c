#include "ops/copy.h"

#include "kernels/onehot.h"

static gboolean read_depth(struct op_node *node, int64_t *depth, GError **error)
{
    const struct tensor *tensor = op_constant(node, 1, error);
    double value;

    if (!tensor)
        return FALSE;
    value = tensor->count == 1 ? tensor_element_as_double(tensor, 0) : -1;
    if (!(value >= 0 && value <= (double)TENSOR_MAX_SIZE))
        return op_error(node, error, "the depth '%s' must be one number, 0 or more", op_input(node, 1)->name);
    *depth = (int64_t)value;
    return TRUE;
}

static gboolean check_values(struct op_node *node, GError **error)
{
    const struct value *values = op_input(node, 2);

    return (values->rank == 1 && values->dims[0] == 2) ||
           op_error(node, error, "the values '%s' must be two elements, for off and on", values->name);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *indices = op_input(node, 0), *values = op_input(node, 2);
    struct onehot p = { .rank = indices->rank + 1, .type = (int)indices->type };
    int64_t axis, dims[MAX_RANK], strides[MAX_RANK];

    if (p.rank > MAX_RANK)
        return op_error(node, error, "the output has rank %d, at most %d is supported", p.rank, MAX_RANK);
    if (!op_check_type(node, indices->type, error) || !op_axis(node, "axis", -1, p.rank, &axis, error) ||
        !read_depth(node, &p.depth, error) || !check_values(node, error))
        return FALSE;
    p.axis = (int)axis;
    dense_strides(indices->rank, indices->dims, strides);
    for (int d = 0; d < p.rank; d++) {
        dims[d] = d == p.axis ? p.depth : indices->dims[d - (d > p.axis)];
        p.indices[d] = d == p.axis ? 0 : strides[d - (d > p.axis)];
    }
    if (!op_output(node, 0, values->type, p.rank, dims, error))
        return FALSE;
    dense_strides(p.rank, dims, p.output);
    return op_kernel_bits(node, "onehot", values->type, &p, sizeof(p), error);
}

/* An index reaches all classes at its place. */
static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    const struct onehot *p = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, box);
    for (int d = 0; input == 0 && d < p->rank; d++) {
        if (d == p->axis)
            continue;
        box->lo[d] = changed->lo[d - (d > p->axis)];
        box->hi[d] = changed->hi[d - (d > p->axis)];
    }
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_OneHot = {
    .type = "OneHot",
    .first_opset = 9,
    .elements = ELEMENTS_NUMERIC,
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
