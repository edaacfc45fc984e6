#include "ops/copy.h"

/* Unsigned, as strides of a shape that is too large may overflow: it is refused later, when it is declared. */
void dense_strides(int rank, const int64_t *dims, int64_t *strides)
{
    uint64_t stride = 1;

    for (int d = rank - 1; d >= 0; d--) {
        strides[d] = (int64_t)stride;
        stride *= (uint64_t)dims[d];
    }
}

struct copy copy_to(int rank, const int64_t *dims)
{
    struct copy copy = { .rank = rank };

    dense_strides(rank, dims, copy.output);
    for (int d = 0; d < MAX_RANK; d++)
        copy.axes[d] = -1;
    return copy;
}

void copy_follow(struct copy *copy, int d, const int64_t *strides, int axis, int64_t begin, int64_t step)
{
    copy->axes[d] = axis;
    copy->begin[d] = begin;
    copy->step[d] = step;
    copy->offset += begin * strides[axis];
    copy->strides[d] = step * strides[axis];
}

struct copy copy_same(int rank, const int64_t *dims)
{
    struct copy copy = copy_to(rank, dims);
    int64_t strides[MAX_RANK];

    dense_strides(rank, dims, strides);
    for (int d = 0; d < rank; d++)
        copy_follow(&copy, d, strides, d, 0, 1);
    return copy;
}

gboolean copy_lower(struct op_node *node, int rank, const int64_t *dims, const struct copy *copy, GError **error)
{
    enum element type = op_input(node, 0)->type;

    return op_output(node, 0, type, rank, dims, error) &&
           op_kernel_bits(node, "copy", type, copy, sizeof(*copy), error);
}

gboolean reshape_lower(struct op_node *node, int rank, const int64_t *dims, GError **error)
{
    return op_output(node, 0, op_input(node, 0)->type, rank, dims, error) && op_kernel_copy(node, error);
}

/* a / b rounded up, b > 0. */
static int64_t divide_up(int64_t a, int64_t b)
{
    return a > 0 ? (a - 1) / b + 1 : a / b;
}

void copy_range(const struct copy *copy, int d, int64_t extent, int64_t *lo, int64_t *hi)
{
    int64_t step = copy->step[d], begin = copy->begin[d];
    int64_t first = step > 0 ? divide_up(*lo - begin, step) : divide_up(begin - *hi + 1, -step);
    int64_t end = step > 0 ? divide_up(*hi - begin, step) : divide_up(begin - *lo + 1, -step);

    *lo = CLAMP(first, 0, extent);
    *hi = CLAMP(end, 0, extent);
}

void copy_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                   struct box *affected)
{
    const struct copy *copy = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, affected);
    for (int d = 0; input == 0 && d < layer->space_rank; d++) {
        int axis = copy->axes[d];
        int64_t lo, hi;

        if (axis < 0)
            continue;
        lo = changed->lo[axis];
        hi = changed->hi[axis];
        copy_range(copy, d, layer->space[d], &lo, &hi);
        affected->lo[d] = lo;
        affected->hi[d] = hi;
    }
}
