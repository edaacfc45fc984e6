/* Conv: shapes, the layout of constant weights and the tiles of the fast form (kernels/conv.h), and where changes
 * reach. */
#include "ops/ops.h"

#include "kernels/conv.h"
#include "ops/types.h"
#include "ops/window.h"

#include <string.h>

static gboolean check_shapes(const struct op_node *node, const struct value *x, const struct value *w,
                             const struct value *b, int64_t groups, GError **error)
{
    g_autofree char *left = shape_to_string(x->rank, x->dims), *right = shape_to_string(w->rank, w->dims);

    if (w->rank != x->rank || x->rank < 3)
        return op_error(node, error, "input '%s' has shape %s, but the weights '%s' %s: ranks must agree, 3 at least",
                        x->name, left, w->name, right);
    if (groups < 1 || x->dims[1] % groups || w->dims[0] % groups || x->dims[1] / groups != w->dims[1])
        return op_error(node, error,
                        "input '%s' (%s) and weights '%s' (%s) do not fit %" G_GINT64_FORMAT
                        " group(s): weights need the input's channels by groups, both channel counts divide by it",
                        x->name, left, w->name, right, groups);
    if (b && (b->rank != 1 || b->dims[0] != w->dims[0])) {
        g_autofree char *shape = shape_to_string(b->rank, b->dims);

        return op_error(node, error, "bias '%s' has shape %s, but the weights '%s' make %" G_GINT64_FORMAT " channels",
                        b->name, shape, w->name, w->dims[0]);
    }
    return TRUE;
}

/* Index of the first packed weight of a map, that of its first tap. The weights of its taps are p->lanes elements
 * apart. */
static int64_t packed_map(const struct conv *p, int64_t taps, int64_t m)
{
    int64_t map = m % p->maps;

    return (m / p->maps * p->blocks + map / p->lanes) * taps * p->lanes + map % p->lanes;
}

static int64_t place(const struct layer *layer, int input G_GNUC_UNUSED, int64_t element)
{
    const struct conv *p = layer->params;
    int64_t taps = p->channels * window_plane(p->window.kernel);

    return packed_map(p, taps, element / taps) + element % taps * p->lanes;
}

/* Constant weights in vectors of output channels (kernels/conv.h). */
static gboolean pack_weights(struct op_node *node, const struct conv *p, GError **error)
{
    const struct tensor *w = op_constant(node, 1, error);
    int64_t taps = p->channels * window_plane(p->window.kernel);
    int64_t dims[] = { p->groups, p->blocks, taps, p->lanes };
    struct tensor *packed = w ? tensor_new(w->type, G_N_ELEMENTS(dims), dims, error) : NULL;
    size_t size = packed ? element_size(w->type) : 0;
    const char *from = packed ? w->data : NULL;

    if (!packed)
        return FALSE;
    for (int64_t m = 0; m < p->groups * p->maps; m++) {
        int64_t to = packed_map(p, taps, m);

        for (int64_t k = 0; k < taps; k++, from += size)
            memcpy((char *)packed->data + (size_t)(to + k * p->lanes) * size, from, size);
    }
    op_replace_input(node, 1, packed);
    return TRUE;
}

/* How many outputs of a dimension have all taps. */
static int64_t interior(const struct window *w, int d)
{
    int64_t first = (w->pad[d] + w->stride[d] - 1) / w->stride[d];
    int64_t room = w->in[d] + w->pad[d] - (w->kernel[d] - 1) * w->dilation[d] - 1;

    return CLAMP(room < 0 ? 0 : room / w->stride[d] + 1 - first, 0, w->out[d]);
}

/*
 * Estimated cycles per vector of maps. A tap costs a tile one cycle per output and one to load the weight. Storing is
 * cheaper if the columns are a multiple of four, as four neighbouring outputs are stored at once. Outputs that tiles
 * leave over are slow.
 */
static int64_t tile_cost(const struct conv *p, int64_t height, int64_t width, int rows, int columns)
{
    int64_t taps = p->channels * window_plane(p->window.kernel);
    int64_t tiles = (height / rows) * (width / columns), tiled = tiles * rows * columns;
    int64_t rest = height * width - tiled;

    return taps * (tiled + tiles + rest * 3 / 2) + tiled * (columns % 4 ? 24 : 6) + rest * 24;
}

/* Chooses the shape of a tile: the outputs that are in registers at once. */
static void choose_tile(struct conv *p, int budget)
{
    static const int widths[] = { 1, 2, 4, 8, 12 };
    int64_t height = interior(&p->window, 1), width = interior(&p->window, 2), best = -1;

    for (int rows = 1; rows <= 4; rows++) {
        for (size_t i = 0; i < G_N_ELEMENTS(widths) && rows * widths[i] <= budget; i++) {
            int64_t cost = tile_cost(p, height, width, rows, widths[i]);

            if (best >= 0 && cost >= best)
                continue;
            best = cost;
            p->rows = rows;
            p->columns = widths[i];
        }
    }
}

/* Vectors of output channels pay off with three channels or more; otherwise the fast form has vectors of columns. */
static void choose_layout(const struct op_node *node, enum element type, struct conv *p)
{
    p->rows = p->columns = p->vectors = 1;
    if (p->maps < 3 || !op_is_constant(node, 1))
        return;
    p->lanes = type == ELEMENT_DOUBLE ? 8 : 16;
    p->blocks = (p->maps + p->lanes - 1) / p->lanes;
    for (p->vectors = CONV_VECTORS; p->blocks % p->vectors; p->vectors--)
        ;
    p->strip = MAX(p->window.out[1], p->window.out[2]) > 5 ? 4 : MAX(p->window.out[1], p->window.out[2]) > 2 ? 2 : 1;
    choose_tile(p, MIN((30 - p->vectors) / p->vectors, 14));
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0), *w = op_input(node, 1), *b = op_input(node, 2);
    struct conv p = { .groups = op_int(node, "group", 1), .biased = b != NULL };
    int64_t dims[MAX_RANK];

    if (!op_check_type(node, x->type, error) || !same_types(node, error) ||
        !check_shapes(node, x, w, b, p.groups, error) ||
        !window_read(node, x, w->dims + 2, FALSE, &p.window, dims + 2, error))
        return FALSE;
    dims[0] = x->dims[0];
    dims[1] = w->dims[0];
    p.channels = w->dims[1];
    p.maps = w->dims[0] / p.groups;
    choose_layout(node, x->type, &p);
    if (p.lanes && !pack_weights(node, &p, error))
        return FALSE;
    return op_output(node, 0, x->type, x->rank, dims, error) && op_kernel(node, "conv", x->type, &p, sizeof(p), error);
}

/* Channels of x reach the maps of their groups. */
static void input_affects(const struct conv *p, const struct box *changed, struct box *affected)
{
    affected->lo[0] = changed->lo[0];
    affected->hi[0] = changed->hi[0];
    affected->lo[1] = changed->lo[1] / p->channels * p->maps;
    affected->hi[1] = ((changed->hi[1] - 1) / p->channels + 1) * p->maps;
    window_affected(&p->window, changed, affected);
}

static void packed_affects(const struct conv *p, const struct box *changed, struct box *affected)
{
    int64_t first = changed->lo[1] * p->lanes, last = changed->hi[1] * p->lanes;

    if (changed->hi[1] - changed->lo[1] == 1) {
        last = first + changed->hi[3];
        first += changed->lo[3];
    }
    affected->lo[1] = changed->lo[0] * p->maps + MIN(first, p->maps);
    affected->hi[1] = (changed->hi[0] - 1) * p->maps + MIN(last, p->maps);
    if (changed->hi[0] - changed->lo[0] > 1) {
        affected->lo[1] = changed->lo[0] * p->maps;
        affected->hi[1] = changed->hi[0] * p->maps;
    }
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct conv *p = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, affected);
    if (input == 0) {
        input_affects(p, changed, affected);
    } else if (input == 1 && p->lanes) {
        packed_affects(p, changed, affected);
    } else {
        affected->lo[1] = changed->lo[0];
        affected->hi[1] = changed->hi[0];
    }
}

static const struct attribute attributes[] = { WINDOW_ATTRIBUTES, { "group", ATTRIBUTE_INT }, { NULL } };

const struct operator operator_Conv = {
    .type = "Conv",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
    .place = place,
};
