#include "ops/copy.h"
#include "ops/given.h"

/* Extents that are given as 0 are the input's, unless `allowzero` says that they are meant. */
static gboolean copy_zeros(struct op_node *node, const struct value *x, size_t rank, int64_t *dims, GError **error)
{
    for (size_t d = 0; d < rank; d++) {
        if (dims[d] != 0)
            continue;
        if (d >= (size_t)x->rank)
            return op_error(node, error,
                            "extent %" G_GSIZE_FORMAT " of the new shape is 0, which stands for the input's, but '%s' "
                            "has rank %d; give the extent, or set 'allowzero' if an empty tensor is meant",
                            d, x->name, x->rank);
        dims[d] = x->dims[d];
    }
    return TRUE;
}

/* The position of -1, or -1 where there is none; FALSE for a second one and for other negative extents. */
static gboolean find_unknown(struct op_node *node, size_t rank, const int64_t *dims, int *unknown, GError **error)
{
    *unknown = -1;
    for (size_t d = 0; d < rank; d++) {
        if (dims[d] >= 0)
            continue;
        if (dims[d] != -1 || *unknown >= 0)
            return op_error(node, error,
                            "the new shape has %" G_GINT64_FORMAT " as extent %" G_GSIZE_FORMAT
                            "; one extent may be -1, the others must be 0 or more",
                            dims[d], d);
        *unknown = (int)d;
    }
    return TRUE;
}

/* Fills in -1 and checks that no element is lost or added. */
static gboolean fit(struct op_node *node, const struct value *x, size_t rank, int64_t *dims, GError **error)
{
    g_autofree char *to = shape_to_string((int)rank, dims), *from = shape_to_string(x->rank, x->dims);
    size_t have, known;
    int unknown;

    if (!find_unknown(node, rank, dims, &unknown, error))
        return FALSE;
    if (unknown >= 0)
        dims[unknown] = 1;
    if (!given_shape_count(node, x->type, (size_t)x->rank, x->dims, &have, error) ||
        !given_shape_count(node, x->type, rank, dims, &known, error))
        return FALSE;
    if (unknown >= 0 && known > 0 && have % known == 0)
        dims[unknown] = (int64_t)(have / known);
    else if (unknown >= 0 || have != known)
        return op_error(node, error, "'%s' of shape %s can't be reshaped to %s", x->name, from, to);
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    g_autofree int64_t *dims = NULL;
    size_t rank;

    if (!given_ints(node, NULL, 1, &dims, &rank, error))
        return FALSE;
    if (!op_int(node, "allowzero", 0) && !copy_zeros(node, x, rank, dims, error))
        return FALSE;
    return fit(node, x, rank, dims, error) && reshape_lower(node, (int)rank, dims, error);
}

static const struct attribute attributes[] = { { "allowzero", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Reshape = {
    .type = "Reshape",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = reshape_affected,
};
