#include "ops/given.h"
#include "ops/parts.h"

/* Equal parts; from opset 18 on the last one may be smaller. */
static gboolean equal_extents(struct op_node *node, int64_t whole, int count, int64_t *extents, GError **error)
{
    int64_t part = whole / count + (whole % count != 0);

    if (whole % count != 0 && !op_has_attribute(node, "num_outputs"))
        return op_error(node, error,
                        "an extent of %" G_GINT64_FORMAT " can't be split into %d equal parts; give 'split'", whole,
                        count);
    for (int k = 0; k < count; k++) {
        extents[k] = MIN(part, whole);
        whole -= extents[k];
    }
    return TRUE;
}

static gboolean given_extents(struct op_node *node, int64_t whole, int count, size_t given, const int64_t *split,
                              int64_t *extents, GError **error)
{
    int64_t rest = whole;

    if (given != (size_t)count)
        return op_error(node, error, "'split' has %" G_GSIZE_FORMAT " entries for %d outputs", given, count);
    for (int k = 0; k < count; k++) {
        if (split[k] < 0 || split[k] > rest)
            return op_error(node, error,
                            "entry %d of 'split' is %" G_GINT64_FORMAT ", but %" G_GINT64_FORMAT
                            " are left of %" G_GINT64_FORMAT,
                            k, split[k], rest, whole);
        extents[k] = split[k];
        rest -= split[k];
    }
    if (rest != 0)
        return op_error(node, error, "the parts leave %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " over", rest, whole);
    return TRUE;
}

static gboolean find_extents(struct op_node *node, int64_t whole, int count, int64_t *extents, GError **error)
{
    g_autofree int64_t *split = NULL;
    int64_t outputs = op_int(node, "num_outputs", count);
    size_t given;

    if (outputs != count)
        return op_error(node, error, "'num_outputs' is %" G_GINT64_FORMAT ", but the node has %d outputs", outputs,
                        count);
    if (!given_ints(node, "split", 1, &split, &given, error))
        return FALSE;
    return split ? given_extents(node, whole, count, given, split, extents, error)
                 : equal_extents(node, whole, count, extents, error);
}

static gboolean declare_outputs(struct op_node *node, const struct value *x, int axis, const int64_t *extents,
                                GError **error)
{
    int64_t dims[MAX_RANK];

    for (int d = 0; d < x->rank; d++)
        dims[d] = x->dims[d];
    for (int k = 0; k < op_output_count(node); k++) {
        dims[axis] = extents[k];
        if (!op_output(node, k, x->type, x->rank, dims, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int count = op_output_count(node);
    g_autofree int64_t *extents = g_new(int64_t, count);
    g_autofree struct parts *parts = NULL;
    int64_t axis;
    size_t size;

    if (!op_axis(node, "axis", 0, x->rank, &axis, error) || !find_extents(node, x->dims[axis], count, extents, error) ||
        !declare_outputs(node, x, (int)axis, extents, error))
        return FALSE;
    op_space(node, x->rank, x->dims);
    parts = parts_new(x->rank, x->dims, (int)axis, count, extents, &size);
    return op_kernel_bits(node, "split", x->type, parts, size, error);
}

/* The space is the input. */
static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    (void)model;
    box_whole(layer->space_rank, layer->space, box);
    if (input == 0)
        *box = *changed;
}

static void produced(const struct model *model, const struct layer *layer, int output, const struct box *box,
                     struct box *part)
{
    const struct parts *parts = layer->params;
    int64_t begin = parts->begin[output], extent = parts->begin[output + 1] - begin;

    (void)model;
    *part = *box;
    part->lo[parts->axis] = MAX(box->lo[parts->axis] - begin, 0);
    part->hi[parts->axis] = MAX(MIN(box->hi[parts->axis] - begin, extent), part->lo[parts->axis]);
}

static const struct attribute attributes[] = {
    { "axis", ATTRIBUTE_INT }, { "num_outputs", ATTRIBUTE_INT }, { "split", ATTRIBUTE_INTS }, { 0 }
};

const struct operator operator_Split = {
    .type = "Split",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = -1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
    .produced = produced,
};
