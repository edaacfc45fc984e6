#include "ops/copy.h"
#include "ops/given.h"

/* The numpy broadcast of the input with the given shape. */
static gboolean broadcast_shape(struct op_node *node, const struct value *x, int *rank, int64_t *dims, GError **error)
{
    g_autofree int64_t *wanted = NULL;
    size_t count;

    if (!given_ints(node, NULL, 1, &wanted, &count, error))
        return FALSE;
    if (count > MAX_RANK)
        return op_error(node, error, "rank %" G_GSIZE_FORMAT " is asked for, at most %d is supported", count, MAX_RANK);
    *rank = (int)count;
    for (size_t d = 0; d < count; d++) {
        if (wanted[d] < 0)
            return op_error(node, error,
                            "extent %" G_GSIZE_FORMAT " of the shape is %" G_GINT64_FORMAT ", it must be 0 or more", d,
                            wanted[d]);
        dims[d] = wanted[d];
    }
    return op_broadcast(node, x, rank, dims, error);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t dims[MAX_RANK], strides[MAX_RANK];
    struct copy copy;
    int rank;

    if (!broadcast_shape(node, x, &rank, dims, error))
        return FALSE;
    dense_strides(x->rank, x->dims, strides);
    copy = copy_to(rank, dims);
    for (int d = 0; d < x->rank; d++)
        if (x->dims[d] == dims[d + rank - x->rank])
            copy_follow(&copy, d + rank - x->rank, strides, d, 0, 1);
    return copy_lower(node, rank, dims, &copy, error);
}

const struct operator operator_Expand = {
    .type = "Expand",
    .first_opset = 8,
    .elements = ELEMENTS_ALL,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
    .affected = copy_affected,
};
