#include "ops/parts.h"

/* Shapes must be equal except along the axis, where the extents add up. */
static gboolean join(struct op_node *node, int axis, int64_t *dims, int64_t *extents, GError **error)
{
    const struct value *first = op_input(node, 0);

    dims[axis] = 0;
    for (int k = 0; k < op_input_count(node); k++) {
        const struct value *x = op_input(node, k);
        gboolean fits = x && x->rank == first->rank && x->type == first->type;

        for (int d = 0; fits && d < first->rank; d++)
            fits = d == axis || x->dims[d] == first->dims[d];
        if (!fits) {
            g_autofree char *a = shape_to_string(first->rank, first->dims);
            g_autofree char *b = x ? shape_to_string(x->rank, x->dims) : g_strdup("absent");

            return op_error(node, error, "input %d (%s %s) can't be joined to input 0 (%s %s) along axis %d", k,
                            x ? element_name(x->type) : "it is", b, element_name(first->type), a, axis);
        }
        extents[k] = x->dims[axis];
        if (extents[k] > G_MAXINT64 - dims[axis])
            return op_error(node, error, "the joined extents along axis %d are too large", axis);
        dims[axis] += extents[k];
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int count = op_input_count(node);
    g_autofree int64_t *extents = g_new(int64_t, count);
    g_autofree struct parts *parts = NULL;
    int64_t dims[MAX_RANK], axis;
    size_t size;

    if (!op_has_attribute(node, "axis"))
        return op_error(node, error, "it has no attribute 'axis'");
    if (!op_axis(node, "axis", 0, x->rank, &axis, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++)
        dims[d] = x->dims[d];
    if (!join(node, (int)axis, dims, extents, error))
        return FALSE;
    parts = parts_new(x->rank, dims, (int)axis, count, extents, &size);
    return op_output(node, 0, x->type, x->rank, dims, error) &&
           op_kernel_bits(node, "concat", x->type, parts, size, error);
}

/* Part k of the output is input k. */
static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    const struct parts *parts = layer->params;

    (void)model;
    *box = *changed;
    box->lo[parts->axis] += parts->begin[input];
    box->hi[parts->axis] += parts->begin[input];
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Concat = {
    .type = "Concat",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = -1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
