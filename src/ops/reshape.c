#include "ops/copy.h"
#include "ops/given.h"

/* Extents that are given as 0 are copied from the input; not called if `allowzero` is set. */
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

/* Dimensions begin..end-1 of one shape that hold as many elements as some dimensions of the other. */
struct span {
    const int64_t *dims;
    int begin, end;
    int64_t count;
};

/* Takes the next dimension into the span, if there is one. */
static gboolean extend(struct span *span, int rank)
{
    if (span->end == rank)
        return FALSE;
    span->count *= span->dims[span->end++];
    return TRUE;
}

/* Moves both spans on to the next dimensions that correspond; FALSE at the end. Extents of 1 that are left over at the
 * end of a shape are spans of their own. */
static gboolean next_spans(struct span *a, int a_rank, struct span *b, int b_rank)
{
    gboolean more_a, more_b;

    a->begin = a->end;
    b->begin = b->end;
    a->count = b->count = 1;
    more_a = extend(a, a_rank);
    more_b = extend(b, b_rank);
    if (!more_a && !more_b)
        return FALSE;
    while (a->count != b->count)
        if (!extend(a->count < b->count ? a : b, a->count < b->count ? a_rank : b_rank))
            return FALSE;
    return TRUE;
}

/* The linear numbers of the first and the last element of a box inside a span. */
static void linear_range(const struct span *span, const struct box *box, int64_t *first, int64_t *last)
{
    *first = *last = 0;
    for (int d = span->begin; d < span->end; d++) {
        *first = *first * span->dims[d] + box->lo[d];
        *last = *last * span->dims[d] + box->hi[d] - 1;
    }
}

/* The smallest box that holds a linear range: dimensions after the first one in which its ends differ are whole. */
static void enclose(const struct span *span, int64_t first, int64_t last, struct box *result)
{
    int64_t stride = span->count;
    gboolean differ = FALSE;

    for (int d = span->begin; d < span->end; d++) {
        stride /= span->dims[d];
        result->lo[d] = differ ? 0 : first / stride;
        result->hi[d] = differ ? span->dims[d] : last / stride + 1;
        differ = differ || first / stride != last / stride;
        first %= stride;
        last %= stride;
    }
}

/* A box that holds every element of `box` after a reshape from one shape to the other. It is the smallest one where
 * dimensions are kept, merged or split. */
static void reshape_box(int from_rank, const int64_t *from, const struct box *box, int to_rank, const int64_t *to,
                        struct box *result)
{
    struct span a = { .dims = from }, b = { .dims = to };
    struct box whole;

    box_whole(to_rank, to, result);
    box_whole(from_rank, from, &whole);
    if (box_is_empty(from_rank, &whole))
        return;
    if (box_is_empty(from_rank, box)) {
        *result = (struct box){ 0 };
        return;
    }
    while (next_spans(&a, from_rank, &b, to_rank)) {
        int64_t first, last;

        linear_range(&a, box, &first, &last);
        enclose(&b, first, last, result);
    }
}

void reshape_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                      struct box *affected)
{
    const struct value *x = model_value(model, layer->inputs[0]);

    box_whole(layer->space_rank, layer->space, affected);
    if (input == 0)
        reshape_box(x->rank, x->dims, changed, layer->space_rank, layer->space, affected);
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
