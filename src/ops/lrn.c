#include "ops/ops.h"

#include "kernels/lrn.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t size = op_int(node, "size", 0);
    struct lrn p = { .rank = x->rank, .plane = 1 };

    if (!op_check_type(node, x->type, error))
        return FALSE;
    if (size < 1 || size > G_MAXINT32)
        return op_error(node, error, "attribute 'size' must be given, and 1 at least");
    if (x->rank < 2)
        return op_error(node, error, "input '%s' has rank %d, but needs batch and channels", x->name, x->rank);
    for (int d = 0; d < x->rank; d++) {
        p.dims[d] = x->dims[d];
        p.plane *= d < 2 ? 1 : x->dims[d];
    }
    p.before = (size - 1) / 2;
    p.after = size - 1 - p.before;
    p.scale = op_float(node, "alpha", 1e-4f) / (double)size;
    p.bias = op_float(node, "bias", 1);
    p.beta = op_float(node, "beta", 0.75);
    return op_output(node, 0, x->type, x->rank, x->dims, error) &&
           op_kernel(node, "lrn", x->type, &p, sizeof(p), error);
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct lrn *p = layer->params;

    (void)model;
    (void)input;
    *affected = *changed;
    affected->lo[1] = MAX(changed->lo[1] - p->after, 0);
    affected->hi[1] = MIN(changed->hi[1] + p->before, p->dims[1]);
}

static const struct attribute attributes[] = {
    { "alpha", ATTRIBUTE_FLOAT },
    { "beta", ATTRIBUTE_FLOAT },
    { "bias", ATTRIBUTE_FLOAT },
    { "size", ATTRIBUTE_INT },
    { NULL },
};

const struct operator operator_LRN = {
    .type = "LRN",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
