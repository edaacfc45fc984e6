#include "ops/copy.h"
#include "ops/gather.h"

/* Indices must have the input's rank, and no larger extents than it except along the axis. */
static gboolean check_shape(struct op_node *node, int axis, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    gboolean fits = x->rank == indices->rank;

    for (int d = 0; fits && d < x->rank; d++)
        fits = d == axis || indices->dims[d] <= x->dims[d];
    if (!fits) {
        g_autofree char *a = shape_to_string(x->rank, x->dims), *b = shape_to_string(indices->rank, indices->dims);

        return op_error(node, error, "indices of shape %s do not fit an input of shape %s along axis %d", b, a, axis);
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    struct gather p = { .rank = x->rank, .wide = indices->type == ELEMENT_INT64, .index_rank = indices->rank };
    int64_t axis;

    if (!op_axis(node, "axis", 0, x->rank, &axis, error) || !check_shape(node, (int)axis, error) ||
        !gather_check(node, (int)axis, error))
        return FALSE;
    p.axis = (int)axis;
    p.extent = x->dims[axis];
    dense_strides(x->rank, x->dims, p.input);
    dense_strides(x->rank, indices->dims, p.indices);
    dense_strides(x->rank, indices->dims, p.output);
    p.stride = p.input[axis];
    p.input[axis] = 0;
    return op_output(node, 0, x->type, x->rank, indices->dims, error) &&
           op_kernel_bits(node, "gather", x->type, &p, sizeof(p), error);
}

/* The data reaches the whole axis at the same place in the other dimensions; an index its own element. */
static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    const struct gather *p = layer->params;

    (void)model;
    *box = *changed;
    for (int d = 0; input == 0 && d < layer->space_rank; d++) {
        box->lo[d] = d == p->axis ? 0 : MIN(changed->lo[d], layer->space[d]);
        box->hi[d] = d == p->axis ? layer->space[d] : MIN(changed->hi[d], layer->space[d]);
    }
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_GatherElements = {
    .type = "GatherElements",
    .first_opset = 11,
    .elements = ELEMENTS_ALL,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
