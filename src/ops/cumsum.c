#include "ops/copy.h"
#include "ops/given.h"

#include "kernels/cumsum.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct cumsum p = { .rank = x->rank,
                        .exclusive = op_int(node, "exclusive", 0) != 0,
                        .reverse = op_int(node, "reverse", 0) != 0 };
    g_autofree int64_t *axis = NULL;
    size_t count;

    if (!op_check_type(node, x->type, error) || !given_axes(node, NULL, 1, x->rank, &axis, &count, error))
        return FALSE;
    if (count != 1)
        return op_error(node, error, "%" G_GSIZE_FORMAT " axes are given, it must be one", count);
    p.axis = (int)axis[0];
    p.extent = x->dims[p.axis];
    dense_strides(x->rank, x->dims, p.strides);
    return op_output(node, 0, x->type, x->rank, x->dims, error) &&
           op_kernel(node, "cumsum", x->type, &p, sizeof(p), error);
}

/* Sums are carried along the axis. */
static void grain(const struct model *model, const struct layer *layer, struct box *box)
{
    const struct cumsum *p = layer->params;

    (void)model;
    box->lo[p->axis] = 0;
    box->hi[p->axis] = p->extent;
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    if (input == 0)
        *box = *changed;
    else
        box_whole(layer->space_rank, layer->space, box);
    grain(model, layer, box);
}

static const struct attribute attributes[] = { { "exclusive", ATTRIBUTE_INT }, { "reverse", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_CumSum = {
    .type = "CumSum",
    .first_opset = 11,
    .elements = ELEMENTS_NUMERIC,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
    .grain = grain,
};
