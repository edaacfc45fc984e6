/* Softmax and LogSoftmax. */
#include "ops/ops.h"

#include "kernels/softmax.h"

/* Before opset 13 a row is everything from the axis on. The axis may be the rank: rows then have one element. */
static gboolean read_axis(const struct op_node *node, struct softmax *p, GError **error)
{
    gboolean coerced = op_opset(node) < 13;
    int64_t axis;

    if (p->rank == 0) {
        axis = op_int(node, "axis", coerced ? 1 : -1);
        return (axis >= -1 && axis <= coerced) ||
               op_error(node, error, "attribute 'axis' is %" G_GINT64_FORMAT ", but the input is a scalar", axis);
    }
    if (coerced && op_int(node, "axis", 1) == p->rank)
        axis = p->rank;
    else if (!op_axis(node, "axis", coerced ? 1 : -1, p->rank, &axis, error))
        return FALSE;
    p->first = (int)axis;
    p->last = coerced ? p->rank : (int)axis + 1;
    return TRUE;
}

static gboolean lower(struct op_node *node, const char *kernel, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct softmax p = { .rank = x->rank, .count = 1, .stride = 1 };

    if (!op_check_type(node, x->type, error) || !read_axis(node, &p, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++) {
        p.dims[d] = x->dims[d];
        p.count *= d >= p.first && d < p.last ? x->dims[d] : 1;
        p.stride *= d >= p.last ? x->dims[d] : 1;
    }
    return op_output(node, 0, x->type, x->rank, x->dims, error) &&
           op_kernel(node, kernel, x->type, &p, sizeof(p), error);
}

static gboolean lower_softmax(struct op_node *node, GError **error)
{
    return lower(node, "softmax", error);
}

static gboolean lower_logsoftmax(struct op_node *node, GError **error)
{
    return lower(node, "logsoftmax", error);
}

/* Whole rows. */
static void grain(const struct model *model, const struct layer *layer, struct box *box)
{
    const struct softmax *p = layer->params;

    (void)model;
    for (int d = p->first; d < p->last; d++) {
        box->lo[d] = 0;
        box->hi[d] = p->dims[d];
    }
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    (void)input;
    *affected = *changed;
    grain(model, layer, affected);
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { NULL } };

const struct operator operator_Softmax = {
    .type = "Softmax",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower_softmax,
    .affected = affected,
    .grain = grain,
};

const struct operator operator_LogSoftmax = {
    .type = "LogSoftmax",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower_logsoftmax,
    .affected = affected,
    .grain = grain,
};
