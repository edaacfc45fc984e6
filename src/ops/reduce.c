#include "ops/reduce.h"

#include "ops/elementwise.h"

/* Adds a reduced dimension, or merges it with the one before if the elements of both are evenly spaced. */
static void add_reduced(struct reduce *p, int64_t extent, int64_t stride)
{
    p->count *= extent;
    if (extent == 1)
        return;
    if (p->n > 0 && p->strides[p->n - 1] == extent * stride) {
        p->extents[p->n - 1] *= extent;
        p->strides[p->n - 1] = stride;
        return;
    }
    p->extents[p->n] = extent;
    p->strides[p->n++] = stride;
}

static void add_kept(struct reduce *p, int64_t extent, int64_t stride)
{
    p->space.dims[p->space.rank] = extent;
    p->input.strides[p->space.rank++] = stride;
}

void reduce_lay_out(struct reduce *p, const struct value *x, unsigned reduced, gboolean keepdims)
{
    int64_t strides[MAX_RANK], stride = 1;

    for (int d = x->rank - 1; d >= 0; d--) {
        strides[d] = stride;
        stride *= x->dims[d];
    }
    p->count = 1;
    p->reduced = reduced;
    for (int d = 0; d < x->rank; d++) {
        if (!(reduced & 1u << d)) {
            add_kept(p, x->dims[d], strides[d]);
            continue;
        }
        add_reduced(p, x->dims[d], strides[d]);
        if (keepdims)
            add_kept(p, 1, 0);
    }
    space_lay_out(&p->space, &p->input, 1);
}

static gboolean add_axes(const struct op_node *node, const int64_t *axes, size_t n, unsigned *reduced, GError **error)
{
    const struct value *x = op_input(node, 0);

    for (size_t i = 0; i < n; i++) {
        int64_t axis = axes[i] < 0 ? axes[i] + x->rank : axes[i];

        if (axis < 0 || axis >= x->rank)
            return op_error(node, error, "axis %" G_GINT64_FORMAT " is not an axis of '%s', whose rank allows %d to %d",
                            axes[i], x->name, -x->rank, x->rank - 1);
        *reduced |= 1u << axis;
    }
    return TRUE;
}

/* Input 1 or the attribute, as the opset says. An empty list counts as absent. */
static gboolean read_axes(struct op_node *node, int axes_opset, unsigned *reduced, GError **error)
{
    g_autofree int64_t *given = NULL;
    size_t n = 0;

    if (op_opset(node) < axes_opset) {
        const int64_t *axes = op_ints(node, "axes", &n);

        if (op_input_count(node) > 1)
            return op_error(node, error, "axes as an input came with opset %d: give them as attribute 'axes'",
                            axes_opset);
        return add_axes(node, axes, n, reduced, error);
    }
    if (op_has_attribute(node, "axes"))
        return op_error(node, error, "attribute 'axes' ended with opset %d: give the axes as an input", axes_opset - 1);
    if (op_input_count(node) < 2 || !op_input(node, 1))
        return TRUE;
    given = op_constant_ints(node, 1, &n, error);
    return given && add_axes(node, given, n, reduced, error);
}

gboolean lower_reduce(struct op_node *node, const char *stem, int axes_opset, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct reduce p = { 0 };
    unsigned reduced = 0;

    if (!op_check_type(node, x->type, error) || !read_axes(node, axes_opset, &reduced, error))
        return FALSE;
    if (reduced == 0 && op_int(node, "noop_with_empty_axes", 0))
        return op_output(node, 0, x->type, x->rank, x->dims, error) && op_kernel_copy(node, error);
    if (reduced == 0)
        reduced = (1u << x->rank) - 1;
    reduce_lay_out(&p, x, reduced, op_int(node, "keepdims", 1) != 0);
    return op_output(node, 0, x->type, p.space.rank, p.space.dims, error) &&
           op_kernel(node, stem, x->type, &p, sizeof(p), error);
}

gboolean lower_argument(struct op_node *node, const char *stem, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct reduce p = { .select_last = op_int(node, "select_last_index", 0) != 0 };
    g_autofree char *shape = shape_to_string(x->rank, x->dims);
    int64_t axis;

    if (!op_check_type(node, x->type, error) || !op_axis(node, "axis", 0, x->rank, &axis, error))
        return FALSE;
    if (x->dims[axis] == 0)
        return op_error(node, error, "axis %" G_GINT64_FORMAT " of '%s' (%s) has no elements to choose from", axis,
                        x->name, shape);
    reduce_lay_out(&p, x, 1u << axis, op_int(node, "keepdims", 1) != 0);
    return op_output(node, 0, ELEMENT_INT64, p.space.rank, p.space.dims, error) &&
           op_kernel(node, stem, x->type, &p, sizeof(p), error);
}

void reduce_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct value *x = model_value(model, layer->inputs[0]);
    /* Without axes to reduce the layer copies and has no parameters. */
    unsigned reduced = layer->params_size == sizeof(struct reduce) ? ((struct reduce *)layer->params)->reduced : 0;
    int kept = 0;

    box_whole(layer->space_rank, layer->space, affected);
    if (input != 0)
        return;
    for (int d = 0; d < x->rank; d++) {
        if (!(reduced & 1u << d)) {
            affected->lo[kept] = changed->lo[d];
            affected->hi[kept] = changed->hi[d];
        }
        kept += !(reduced & 1u << d) || layer->space_rank == x->rank;
    }
}

const struct attribute reduce_attributes[] = {
    { "axes", ATTRIBUTE_INTS },
    { "keepdims", ATTRIBUTE_INT },
    { "noop_with_empty_axes", ATTRIBUTE_INT },
    { NULL },
};

const struct attribute argument_attributes[] = {
    { "axis", ATTRIBUTE_INT },
    { "keepdims", ATTRIBUTE_INT },
    { "select_last_index", ATTRIBUTE_INT },
    { NULL },
};
