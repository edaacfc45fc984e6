/* Shared by the operators: boxes, broadcasting, errors, and the defaults of `affected`, `grain` and `produced`. */
#include "ops/ops.h"

#include "base/errors.h"

#include <string.h>

void box_whole(int rank, const int64_t *dims, struct box *box)
{
    memset(box, 0, sizeof(*box));
    for (int d = 0; d < rank; d++)
        box->hi[d] = dims[d];
}

gboolean box_is_empty(int rank, const struct box *box)
{
    for (int d = 0; d < rank; d++)
        if (box->lo[d] >= box->hi[d])
            return TRUE;
    return FALSE;
}

gboolean box_contains(int rank, const struct box *outer, const struct box *inner)
{
    if (box_is_empty(rank, inner))
        return TRUE;
    for (int d = 0; d < rank; d++)
        if (inner->lo[d] < outer->lo[d] || inner->hi[d] > outer->hi[d])
            return FALSE;
    return TRUE;
}

void box_union(int rank, struct box *box, const struct box *other)
{
    if (box_is_empty(rank, other))
        return;
    if (box_is_empty(rank, box)) {
        *box = *other;
        return;
    }
    for (int d = 0; d < rank; d++) {
        box->lo[d] = MIN(box->lo[d], other->lo[d]);
        box->hi[d] = MAX(box->hi[d], other->hi[d]);
    }
}

/* Element by element, dimensions aligned at the right: one of extent 1 in the input reaches the whole extent. */
static void broadcast_affected(const struct layer *layer, const struct value *input, const struct box *changed,
                               struct box *affected)
{
    int shift = layer->space_rank - input->rank;

    box_whole(layer->space_rank, layer->space, affected);
    for (int d = MAX(shift, 0); d < layer->space_rank; d++) {
        if (input->dims[d - shift] != layer->space[d])
            continue;
        affected->lo[d] = changed->lo[d - shift];
        affected->hi[d] = changed->hi[d - shift];
    }
}

void layer_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                    struct box *affected)
{
    if (layer->operator->affected)
        layer->operator->affected(model, layer, input, changed, affected);
    else
        broadcast_affected(layer, model_value(model, layer->inputs[input]), changed, affected);
}

void layer_grain(const struct model *model, const struct layer *layer, struct box *box)
{
    if (layer->operator->grain)
        layer->operator->grain(model, layer, box);
}

void layer_produced(const struct model *model, const struct layer *layer, int output, const struct box *box,
                    struct box *produced)
{
    *produced = *box;
    if (layer->operator->produced)
        layer->operator->produced(model, layer, output, box, produced);
}

gboolean op_axis(const struct op_node *node, const char *name, int64_t otherwise, int rank, int64_t *axis,
                 GError **error)
{
    int64_t value = op_int(node, name, otherwise);

    *axis = value < 0 ? value + rank : value;
    if (*axis >= 0 && *axis < rank)
        return TRUE;
    return op_error(node, error, "attribute '%s' is %" G_GINT64_FORMAT ", but the rank allows %d to %d", name, value,
                    -rank, rank - 1);
}

gboolean op_broadcast(const struct op_node *node, const struct value *a, int *rank, int64_t *dims, GError **error)
{
    int wide = MAX(*rank, a->rank);
    int64_t result[MAX_RANK];
    g_autoptr(GError) problem = NULL;
    size_t count, size;

    for (int d = 0; d < wide; d++) {
        int64_t x = d < wide - *rank ? 1 : dims[d - (wide - *rank)];
        int64_t y = d < wide - a->rank ? 1 : a->dims[d - (wide - a->rank)];

        if (x != y && x != 1 && y != 1) {
            g_autofree char *left = shape_to_string(*rank, dims), *right = shape_to_string(a->rank, a->dims);

            return op_error(node, error, "shapes %s and %s ('%s') can't be broadcast together", left, right, a->name);
        }
        result[d] = x == 1 ? y : x;
    }
    if (!tensor_measure(a->type, wide, result, &count, &size, &problem))
        return op_error(node, error, "%s", problem->message);
    *rank = wide;
    memcpy(dims, result, (size_t)wide * sizeof(*dims));
    return TRUE;
}
