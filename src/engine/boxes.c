#include "engine/boxes.h"

#include "ops/ops.h"

#include <string.h>

/* Two boxes become one if that is not larger than both together by more than this factor. */
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

/* The listed box that grows least when `box` is put to it; *growth receives how much larger the union is than both. */
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

void boxes_add(struct boxes *boxes, int rank, const struct box *box)
{
    struct box added = *box;

    if (box_is_empty(rank, box))
        return;
    for (;;) {
        double growth = 0;
        int partner = best_partner(boxes, rank, &added, &growth);

        if (partner < 0 || (growth > WASTE && boxes->n < BOXES_MAX))
            break;
        box_union(rank, &added, &boxes->box[partner]);
        remove_box(boxes, partner);
    }
    boxes->box[boxes->n++] = added;
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

/* Two tensors being compared or copied. */
struct walk {
    const struct layout *layout;
    const struct box *box;
    int contiguous; /* from this dimension on the box is one piece of memory */
    struct box *difference;
};

static struct walk walk_new(const struct layout *layout, const struct box *box)
{
    struct walk walk = { .layout = layout, .box = box, .contiguous = layout->rank - 1 };

    while (walk.contiguous > 0 && box->lo[walk.contiguous] == 0 &&
           box->hi[walk.contiguous] == layout->dims[walk.contiguous])
        walk.contiguous--;
    return walk;
}

static void extend(struct box *box, int d, int64_t low, int64_t high)
{
    box->lo[d] = MIN(box->lo[d], low);
    box->hi[d] = MAX(box->hi[d], high);
}

/* Elements along the last dimension, of which one or more differ. */
static void find_ends(const struct walk *walk, const unsigned char *a, const unsigned char *b)
{
    int d = walk->layout->rank - 1;
    size_t element = walk->layout->element;
    int64_t low = walk->box->lo[d], high = walk->box->hi[d];

    while (memcmp(a + (size_t)low * element, b + (size_t)low * element, element) == 0)
        low++;
    while (memcmp(a + (size_t)(high - 1) * element, b + (size_t)(high - 1) * element, element) == 0)
        high--;
    extend(walk->difference, d, low, high);
}

static gboolean differs(const struct walk *walk, int d, const unsigned char *a, const unsigned char *b)
{
    size_t stride = walk->layout->strides[d], begin = (size_t)walk->box->lo[d] * stride;
    gboolean found = FALSE;

    if (d >= walk->contiguous && memcmp(a + begin, b + begin, (size_t)walk->box->hi[d] * stride - begin) == 0)
        return FALSE;
    if (d == walk->layout->rank - 1) {
        find_ends(walk, a, b);
        return TRUE;
    }
    for (int64_t i = walk->box->lo[d]; i < walk->box->hi[d]; i++) {
        if (!differs(walk, d + 1, a + (size_t)i * stride, b + (size_t)i * stride))
            continue;
        extend(walk->difference, d, i, i + 1);
        found = TRUE;
    }
    return found;
}

gboolean layout_difference(const struct layout *layout, const unsigned char *a, const unsigned char *b,
                           const struct box *box, struct box *difference)
{
    struct walk walk = walk_new(layout, box);

    walk.difference = difference;
    if (box_is_empty(layout->rank, box))
        return FALSE;
    if (layout->rank == 0) {
        *difference = *box;
        return memcmp(a, b, layout->element) != 0;
    }
    for (int d = 0; d < layout->rank; d++) {
        difference->lo[d] = INT64_MAX;
        difference->hi[d] = INT64_MIN;
    }
    return differs(&walk, 0, a, b);
}

static void copy(const struct walk *walk, int d, unsigned char *to, const unsigned char *from)
{
    size_t stride = walk->layout->strides[d], begin = (size_t)walk->box->lo[d] * stride;

    if (d >= walk->contiguous) {
        memcpy(to + begin, from + begin, (size_t)walk->box->hi[d] * stride - begin);
        return;
    }
    for (int64_t i = walk->box->lo[d]; i < walk->box->hi[d]; i++)
        copy(walk, d + 1, to + (size_t)i * stride, from + (size_t)i * stride);
}

void layout_copy(const struct layout *layout, unsigned char *to, const unsigned char *from, const struct box *box)
{
    struct walk walk = walk_new(layout, box);

    if (box_is_empty(layout->rank, box))
        return;
    if (layout->rank == 0)
        memcpy(to, from, layout->element);
    else
        copy(&walk, 0, to, from);
}
