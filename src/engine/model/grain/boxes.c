/* Merges boxes, and finds where two tensors differ, in as few comparisons of memory as possible. */
#include "engine/model/grain/boxes.h"

#include "ops/ops.h"

#include <string.h>

/* Two boxes are merged if the union is at most this many times larger than both together. */
#define WASTE 1.25

static double volume(int rank, const struct box *box)
{
    double product = 1;

    for (int d = 0; d < rank; d++)
        product *= (double)(box->hi[d] - box->lo[d]);
    return product;
}

static void remove_box(struct boxes *boxes, int i)
{
    boxes->box[i] = boxes->box[--boxes->n];
}

/* The listed box that grows least when it is merged with `box`; *growth receives the union's size relative to both. */
static int best_partner(const struct boxes *boxes, int rank, const struct box *box, double *growth)
{
    int best = -1;

    for (int i = 0; i < boxes->n; i++) {
        struct box both = boxes->box[i];
        double ratio;

        box_union(rank, &both, box);
        ratio = volume(rank, &both) / (volume(rank, &boxes->box[i]) + volume(rank, box));
        if (best < 0 || ratio < *growth) {
            best = i;
            *growth = ratio;
        }
    }
    return best;
}

static void add_to_others(struct boxes *boxes, int rank, const struct box *box)
{
    struct box added = *box;

    while (boxes->n > 0) {
        double growth = 0;
        int partner = best_partner(boxes, rank, &added, &growth);

        if (growth > WASTE && boxes->n < BOXES_MAX)
            break;
        box_union(rank, &added, &boxes->box[partner]);
        remove_box(boxes, partner);
    }
    boxes->box[boxes->n++] = added;
}

void boxes_add(struct boxes *boxes, int rank, const struct box *box)
{
    if (box_is_empty(rank, box))
        return;
    if (boxes->n == 0)
        boxes->box[boxes->n++] = *box;
    else
        add_to_others(boxes, rank, box);
}

void layout_init(struct layout *layout, const struct value *value)
{
    size_t stride = layout->element = element_size(value->type);

    layout->rank = value->rank;
    memcpy(layout->dims, value->dims, sizeof(layout->dims));
    for (int d = value->rank - 1; d >= 0; d--) {
        layout->strides[d] = stride;
        stride *= (size_t)value->dims[d];
    }
}

/* Two tensors being compared. */
struct walk {
    const struct layout *layout;
    const struct box *box;
    struct box *difference;
    size_t first[MAX_RANK + 1]; /* bytes from the start of dimensions d.. to the box's first element in them */
    size_t span[MAX_RANK + 1];  /* bytes from there to after its last element */
};

/* Whether the box has one element; *offset receives its position in bytes. */
static gboolean is_single(const struct layout *layout, const struct box *box, size_t *offset)
{
    *offset = 0;
    for (int d = 0; d < layout->rank; d++) {
        if (box->hi[d] - box->lo[d] != 1)
            return FALSE;
        *offset += (size_t)box->lo[d] * layout->strides[d];
    }
    return TRUE;
}

static void find_spans(const struct layout *layout, const struct box *box, size_t *first, size_t *span)
{
    first[layout->rank] = 0;
    span[layout->rank] = layout->element;
    for (int d = layout->rank - 1; d >= 0; d--) {
        first[d] = first[d + 1] + (size_t)box->lo[d] * layout->strides[d];
        span[d] = span[d + 1] + (size_t)(box->hi[d] - 1 - box->lo[d]) * layout->strides[d];
    }
}

static void extend(struct box *box, int d, int64_t low, int64_t high)
{
    box->lo[d] = MIN(box->lo[d], low);
    box->hi[d] = MAX(box->hi[d], high);
}

/* Whether the difference found so far fills the box from dimension d on, so that it can't grow there. */
static gboolean is_full(const struct walk *walk, int d)
{
    for (; d < walk->layout->rank; d++)
        if (walk->difference->lo[d] != walk->box->lo[d] || walk->difference->hi[d] != walk->box->hi[d])
            return FALSE;
    return TRUE;
}

static inline gboolean same(const unsigned char *a, const unsigned char *b, size_t element)
{
    return element == sizeof(float) ? memcmp(a, b, sizeof(float)) == 0 : memcmp(a, b, element) == 0;
}

/* Finds the differing elements along the last dimension; at least one differs. */
static void find_ends(const struct walk *walk, const unsigned char *a, const unsigned char *b)
{
    int d = walk->layout->rank - 1;
    size_t element = walk->layout->element;
    int64_t low = walk->box->lo[d], high = walk->box->hi[d];

    while (same(a + (size_t)low * element, b + (size_t)low * element, element))
        low++;
    while (same(a + (size_t)(high - 1) * element, b + (size_t)(high - 1) * element, element))
        high--;
    extend(walk->difference, d, low, high);
}

/* Skips dimensions in which the box has one element. */
static int skip_single(const struct walk *walk, const unsigned char **a, const unsigned char **b)
{
    int d = 0;

    for (; d < walk->layout->rank - 1 && walk->box->hi[d] - walk->box->lo[d] == 1; d++) {
        size_t offset = (size_t)walk->box->lo[d] * walk->layout->strides[d];

        walk->difference->lo[d] = walk->box->lo[d];
        walk->difference->hi[d] = walk->box->hi[d];
        *a += offset;
        *b += offset;
    }
    return d;
}

/*
 * Where it is faster, rows are compared together with the gaps between them. A gap is golden or already known to
 * differ, so at worst an equal box is reported as different.
 */
static gboolean differs(const struct walk *walk, int d, const unsigned char *a, const unsigned char *b)
{
    size_t stride = walk->layout->strides[d], first = walk->first[d];
    gboolean found = FALSE;
    int64_t i;

    if (memcmp(a + first, b + first, walk->span[d]) == 0)
        return FALSE;
    if (is_full(walk, d))
        return TRUE;
    if (d == walk->layout->rank - 1) {
        find_ends(walk, a, b);
        return TRUE;
    }
    for (i = walk->box->lo[d]; i < walk->box->hi[d] && !(found && is_full(walk, d + 1)); i++) {
        if (!differs(walk, d + 1, a + (size_t)i * stride, b + (size_t)i * stride))
            continue;
        extend(walk->difference, d, i, i + 1);
        found = TRUE;
    }
    for (int64_t k = walk->box->hi[d] - 1; k >= i; k--) {
        if (differs(walk, d + 1, a + (size_t)k * stride, b + (size_t)k * stride)) {
            extend(walk->difference, d, k, k + 1);
            break;
        }
    }
    return found;
}

gboolean layout_difference(const struct layout *layout, const unsigned char *a, const unsigned char *b,
                           const struct box *box, struct box *difference)
{
    struct walk walk;
    size_t offset;
    int first;

    if (is_single(layout, box, &offset)) {
        *difference = *box;
        return !same(a + offset, b + offset, layout->element);
    }
    if (box_is_empty(layout->rank, box))
        return FALSE;
    for (int d = 0; d < layout->rank; d++) {
        difference->lo[d] = INT64_MAX;
        difference->hi[d] = INT64_MIN;
    }
    walk.layout = layout;
    walk.box = box;
    walk.difference = difference;
    find_spans(layout, box, walk.first, walk.span);
    first = skip_single(&walk, &a, &b);
    return differs(&walk, first, a, b);
}

/* A piece of memory is copied at once if it is at most this many times larger than the part of it inside the box. */
#define COPY_WASTE 4

static void restore(const struct layout *layout, const struct box *box, const size_t *first, const size_t *span,
                    size_t payload, int d, unsigned char *to, const unsigned char *from)
{
    int64_t extent = d < layout->rank ? box->hi[d] - box->lo[d] : 1;

    if (d == layout->rank || span[d] <= COPY_WASTE * payload) {
        memcpy(to + first[d], from + first[d], span[d]);
        return;
    }
    for (int64_t i = box->lo[d]; i < box->hi[d]; i++)
        restore(layout, box, first, span, payload / (size_t)extent, d + 1, to + (size_t)i * layout->strides[d],
                from + (size_t)i * layout->strides[d]);
}

void layout_restore(const struct layout *layout, unsigned char *to, const unsigned char *from, const struct box *box)
{
    size_t first[MAX_RANK + 1], span[MAX_RANK + 1], payload = layout->element, offset;

    if (is_single(layout, box, &offset)) {
        memcpy(to + offset, from + offset, layout->element);
        return;
    }
    if (box_is_empty(layout->rank, box))
        return;
    find_spans(layout, box, first, span);
    for (int d = 0; d < layout->rank; d++)
        payload *= (size_t)(box->hi[d] - box->lo[d]);
    restore(layout, box, first, span, payload, 0, to, from);
}
