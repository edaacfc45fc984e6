#include "ops/copy.h"
#include "ops/given.h"

/* What the node gives: inputs, before opset 10 attributes. */
struct slice {
    int64_t *starts, *ends, *axes, *steps;
    size_t n_starts, n_ends, n_axes, n_steps;
};

static void slice_clear(struct slice *slice)
{
    g_free(slice->starts);
    g_free(slice->ends);
    g_free(slice->axes);
    g_free(slice->steps);
}

static gboolean read_slice(struct op_node *node, int rank, struct slice *s, GError **error)
{
    if (!given_ints(node, "starts", 1, &s->starts, &s->n_starts, error) ||
        !given_ints(node, "ends", 2, &s->ends, &s->n_ends, error) ||
        !given_axes(node, "axes", 3, rank, &s->axes, &s->n_axes, error) ||
        !given_ints(node, NULL, 4, &s->steps, &s->n_steps, error))
        return FALSE;
    if (!s->starts || !s->ends)
        return op_error(node, error, "it has no starts or no ends");
    if (s->n_starts != s->n_ends || (s->axes && s->n_axes != s->n_starts) || (s->steps && s->n_steps != s->n_starts))
        return op_error(node, error, "starts, ends, axes and steps have different numbers of entries");
    if (s->n_starts > (size_t)rank)
        return op_error(node, error, "%" G_GSIZE_FORMAT " slices of an input of rank %d", s->n_starts, rank);
    return TRUE;
}

/* Python's rule: negative positions count from the end, and those outside are moved to the nearest end. */
static int64_t bound(int64_t value, int64_t extent, int64_t lowest, int64_t highest)
{
    value += value < 0 ? extent : 0;
    return CLAMP(value, lowest, highest);
}

/* Begin, step and number of elements along one dimension. Steps longer than the dimension all mean the same. */
static void measure(int64_t extent, int64_t start, int64_t end, int64_t *begin, int64_t *step, int64_t *count)
{
    int64_t longest = MAX(extent, 1), distance;

    *step = CLAMP(*step, -longest, longest);
    if (*step > 0) {
        *begin = bound(start, extent, 0, extent);
        distance = bound(end, extent, 0, extent) - *begin;
    } else {
        *begin = bound(start, extent, -1, extent - 1);
        distance = *begin - bound(end, extent, -1, extent - 1);
    }
    *count = distance > 0 ? (distance - 1) / ABS(*step) + 1 : 0;
    if (*count == 0)
        *begin = 0;
}

static gboolean cut(struct op_node *node, const struct value *x, const struct slice *s, int64_t *dims, int64_t *begin,
                    int64_t *step, GError **error)
{
    for (int d = 0; d < x->rank; d++) {
        dims[d] = x->dims[d];
        begin[d] = 0;
        step[d] = 1;
    }
    for (size_t i = 0; i < s->n_starts; i++) {
        int64_t d = s->axes ? s->axes[i] : (int64_t)i;

        step[d] = s->steps ? s->steps[i] : 1;
        if (step[d] == 0)
            return op_error(node, error, "the step along axis %" G_GINT64_FORMAT " is 0", d);
        measure(x->dims[d], s->starts[i], s->ends[i], &begin[d], &step[d], &dims[d]);
    }
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t dims[MAX_RANK], begin[MAX_RANK], step[MAX_RANK], strides[MAX_RANK];
    struct slice slice = { 0 };
    gboolean fits = read_slice(node, x->rank, &slice, error) && cut(node, x, &slice, dims, begin, step, error);
    struct copy copy;

    slice_clear(&slice);
    if (!fits)
        return FALSE;
    dense_strides(x->rank, x->dims, strides);
    copy = copy_to(x->rank, dims);
    for (int d = 0; d < x->rank; d++)
        copy_follow(&copy, d, strides, d, begin[d], step[d]);
    return copy_lower(node, x->rank, dims, &copy, error);
}

static const struct attribute attributes[] = {
    { "axes", ATTRIBUTE_INTS }, { "ends", ATTRIBUTE_INTS }, { "starts", ATTRIBUTE_INTS }, { 0 }
};

const struct operator operator_Slice = {
    .type = "Slice",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 5,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = copy_affected,
};
