/* Where a box goes when its tensor's elements are given another shape. */
#include "ops/copy.h"

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

/* The smallest box that holds a linear range: dimensions behind the first one in which its ends differ are whole. */
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

void reshape_box(int from_rank, const int64_t *from, const struct box *box, int to_rank, const int64_t *to,
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
