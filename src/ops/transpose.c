#include "ops/copy.h"

/* The attribute, or all dimensions reversed. */
static gboolean permutation(struct op_node *node, int rank, int64_t *perm, GError **error)
{
    size_t count;
    const int64_t *given = op_ints(node, "perm", &count);
    unsigned seen = 0;

    for (int d = 0; d < rank; d++)
        perm[d] = rank - 1 - d;
    if (!given)
        return TRUE;
    if (count != (size_t)rank)
        return op_error(node, error, "'perm' has %" G_GSIZE_FORMAT " entries for an input of rank %d", count, rank);
    for (int d = 0; d < rank; d++) {
        perm[d] = given[d] < 0 ? given[d] + rank : given[d];
        if (perm[d] < 0 || perm[d] >= rank || (seen >> perm[d] & 1))
            return op_error(node, error,
                            "entry %d of 'perm' is %" G_GINT64_FORMAT "; 'perm' must name each of 0 to %d once", d,
                            given[d], rank - 1);
        seen |= 1u << perm[d];
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t perm[MAX_RANK], dims[MAX_RANK], strides[MAX_RANK];
    struct copy copy;

    if (!permutation(node, x->rank, perm, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++)
        dims[d] = x->dims[perm[d]];
    dense_strides(x->rank, x->dims, strides);
    copy = copy_to(x->rank, dims);
    for (int d = 0; d < x->rank; d++)
        copy_follow(&copy, d, strides, (int)perm[d], 0, 1);
    return copy_lower(node, x->rank, dims, &copy, error);
}

static const struct attribute attributes[] = { { "perm", ATTRIBUTE_INTS }, { 0 } };

const struct operator operator_Transpose = {
    .type = "Transpose",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = copy_affected,
};
