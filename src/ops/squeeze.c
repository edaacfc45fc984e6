#include "ops/copy.h"
#include "ops/given.h"

/* The dimensions that are dropped: those that the node names, or all of extent 1. */
static gboolean find_dropped(struct op_node *node, const struct value *x, gboolean *dropped, GError **error)
{
    g_autofree int64_t *axes = NULL;
    size_t count;

    if (!given_axes(node, "axes", 1, x->rank, &axes, &count, error))
        return FALSE;
    for (int d = 0; !axes && d < x->rank; d++)
        dropped[d] = x->dims[d] == 1;
    for (size_t i = 0; i < count; i++) {
        if (x->dims[axes[i]] != 1) {
            g_autofree char *shape = shape_to_string(x->rank, x->dims);

            return op_error(node, error,
                            "axis %" G_GINT64_FORMAT " of '%s' (%s) is not of extent 1 and can't be dropped", axes[i],
                            x->name, shape);
        }
        dropped[axes[i]] = TRUE;
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    gboolean dropped[MAX_RANK] = { FALSE };
    int64_t dims[MAX_RANK];
    int rank = 0;

    if (!find_dropped(node, x, dropped, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++)
        if (!dropped[d])
            dims[rank++] = x->dims[d];
    return reshape_lower(node, rank, dims, error);
}

static const struct attribute attributes[] = { { "axes", ATTRIBUTE_INTS }, { 0 } };

const struct operator operator_Squeeze = {
    .type = "Squeeze",
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
