#include "ops/copy.h"
#include "ops/given.h"

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    g_autofree int64_t *given = NULL, *axes = NULL;
    int64_t dims[MAX_RANK] = { 0 };
    size_t count;
    int rank, next = 0;

    if (!given_ints(node, "axes", 1, &given, &count, error))
        return FALSE;
    if (!given)
        return op_error(node, error, "it has no axes: give where dimensions of extent 1 are added");
    if (count > (size_t)(MAX_RANK - x->rank))
        return op_error(node, error,
                        "%" G_GSIZE_FORMAT " dimensions more than '%s' has would be over the %d that are supported",
                        count, x->name, MAX_RANK);
    rank = x->rank + (int)count;
    if (!given_axes(node, "axes", 1, rank, &axes, &count, error))
        return FALSE;
    for (size_t i = 0; i < count; i++)
        dims[axes[i]] = -1;
    for (int d = 0; d < rank; d++)
        dims[d] = dims[d] < 0 ? 1 : x->dims[next++];
    return reshape_lower(node, rank, dims, error);
}

static const struct attribute attributes[] = { { "axes", ATTRIBUTE_INTS }, { 0 } };

const struct operator operator_Unsqueeze = {
    .type = "Unsqueeze",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = reshape_affected,
};
