#include "ops/gather.h"

#include "ops/copy.h"

static gboolean check_content(struct op_node *node, int axis, GError **error)
{
    const struct tensor *indices = op_constant(node, 1, error);
    int64_t extent = op_input(node, 0)->dims[axis];

    if (!indices)
        return FALSE;
    for (size_t i = 0; i < indices->count; i++) {
        int64_t index = indices->type == ELEMENT_INT64 ? ((int64_t *)indices->data)[i] : ((int32_t *)indices->data)[i];

        if (index < -extent || index >= extent)
            return op_error(node, error,
                            "index %" G_GINT64_FORMAT " (element %" G_GSIZE_FORMAT
                            " of '%s') is out of range: axis %d of "
                            "'%s' has %" G_GINT64_FORMAT " elements",
                            index, i, op_input(node, 1)->name, axis, op_input(node, 0)->name, extent);
    }
    return TRUE;
}

gboolean gather_check(struct op_node *node, int axis, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    gboolean none = FALSE;

    if (indices->type != ELEMENT_INT32 && indices->type != ELEMENT_INT64)
        return op_error(node, error, "the indices '%s' are %s, they must be int32 or int64", indices->name,
                        element_name(indices->type));
    if (op_is_constant(node, 1))
        return check_content(node, axis, error);
    for (int d = 0; d < indices->rank; d++)
        none |= indices->dims[d] == 0;
    return none || x->dims[axis] > 0 ||
           op_error(node, error, "axis %d of '%s' has no elements to gather", axis, x->name);
}

/* The indices' dimensions replace the axis. */
static gboolean lay_out(struct op_node *node, struct gather *p, int64_t *dims, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    int64_t x_strides[MAX_RANK], index_strides[MAX_RANK];

    p->rank = x->rank - 1 + indices->rank;
    if (p->rank > MAX_RANK)
        return op_error(node, error, "the output has rank %d, at most %d is supported", p->rank, MAX_RANK);
    dense_strides(x->rank, x->dims, x_strides);
    dense_strides(indices->rank, indices->dims, index_strides);
    for (int d = 0; d < p->rank; d++) {
        int k = d - p->axis, from = k < 0 ? d : d - indices->rank + 1;
        gboolean picks = k >= 0 && k < indices->rank;

        dims[d] = picks ? indices->dims[k] : x->dims[from];
        p->indices[d] = picks ? index_strides[k] : 0;
        p->input[d] = picks ? 0 : x_strides[from];
    }
    dense_strides(p->rank, dims, p->output);
    p->extent = x->dims[p->axis];
    p->stride = x_strides[p->axis];
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    struct gather p = { .wide = indices->type == ELEMENT_INT64, .index_rank = indices->rank };
    int64_t axis, dims[MAX_RANK];

    if (!op_axis(node, "axis", 0, x->rank, &axis, error))
        return FALSE;
    p.axis = (int)axis;
    return gather_check(node, p.axis, error) && lay_out(node, &p, dims, error) &&
           op_output(node, 0, x->type, p.rank, dims, error) &&
           op_kernel_bits(node, "gather", x->type, &p, sizeof(p), error);
}

/* The smallest box of indices that holds all those that pick from lo..hi-1 of the axis; FALSE if none does. All indices
 * if they are not known. */
static gboolean picked(const struct gather *p, const struct value *indices, int64_t lo, int64_t hi, struct box *box)
{
    const struct tensor *known = indices->constant;
    gboolean any = FALSE;

    box_whole(indices->rank, indices->dims, box);
    for (size_t i = 0; known && i < known->count; i++) {
        int64_t index = p->wide ? ((int64_t *)known->data)[i] : ((int32_t *)known->data)[i];
        struct box one = { 0 };
        size_t rest = i;

        index = gather_index(index, p->extent);
        if (index < lo || index >= hi)
            continue;
        for (int d = indices->rank - 1; d >= 0; d--) {
            one.lo[d] = (int64_t)(rest % (size_t)indices->dims[d]);
            one.hi[d] = one.lo[d] + 1;
            rest /= (size_t)indices->dims[d];
        }
        if (any)
            box_union(indices->rank, box, &one);
        else
            *box = one;
        any = TRUE;
    }
    return any || !known;
}

/* A change of the data reaches what picks it; a change of indices reaches all that they pick. */
static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *box)
{
    const struct gather *p = layer->params;
    const struct value *values = model_value(model, layer->inputs[1]);
    struct box indices = *changed;

    if (input == 0 && !picked(p, values, changed->lo[p->axis], changed->hi[p->axis], &indices)) {
        *box = (struct box){ 0 };
        return;
    }
    box_whole(layer->space_rank, layer->space, box);
    for (int d = 0; d < p->rank; d++) {
        int k = d - p->axis;
        gboolean picks = k >= 0 && k < p->index_rank;
        int from = picks ? k : k < 0 ? d : d - p->index_rank + 1;
        const struct box *source = picks ? &indices : changed;

        if (!picks && input == 1)
            continue;
        box->lo[d] = source->lo[from];
        box->hi[d] = source->hi[from];
    }
}

static const struct attribute attributes[] = { { "axis", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Gather = {
    .type = "Gather",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
