#include "ops/copy.h"
#include "ops/given.h"
#include "ops/pad.h"

/* Repeating is padding at the end in mode wrap. */
static gboolean repeat(struct op_node *node, const struct value *x, size_t count, const int64_t *repeats, struct pad *p,
                       int64_t *dims, GError **error)
{
    if (count != (size_t)x->rank)
        return op_error(node, error, "%" G_GSIZE_FORMAT " repeats are given for an input of rank %d", count, x->rank);
    for (int d = 0; d < x->rank; d++) {
        if (repeats[d] < 0 || (x->dims[d] > 0 && repeats[d] > G_MAXINT64 / x->dims[d]))
            return op_error(node, error, "dimension %d can't be repeated %" G_GINT64_FORMAT " times", d, repeats[d]);
        p->extent[d] = x->dims[d];
        dims[d] = x->dims[d] * repeats[d];
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct pad p = { .rank = x->rank, .mode = PAD_WRAP };
    g_autofree int64_t *repeats = NULL;
    int64_t dims[MAX_RANK];
    size_t count;

    if (!given_ints(node, NULL, 1, &repeats, &count, error) || !repeat(node, x, count, repeats, &p, dims, error) ||
        !op_output(node, 0, x->type, x->rank, dims, error))
        return FALSE;
    dense_strides(x->rank, x->dims, p.input);
    dense_strides(x->rank, dims, p.output);
    return op_kernel_bits(node, "pad", x->type, &p, sizeof(p), error);
}

const struct operator operator_Tile = {
    .type = "Tile",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower,
    .affected = pad_affected,
};
