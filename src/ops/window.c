#include "ops/window.h"

#include <string.h>

/* Larger attributes are refused, so that nothing computed from them overflows. */
#define ATTRIBUTE_MAX ((int64_t)1 << 30)

/* Attribute `name` as `length` numbers not below `least`, copied; all `otherwise` where the node has none. */
static gboolean read_ints(const struct op_node *node, const char *name, size_t length, int64_t least, int64_t otherwise,
                          int64_t *values, GError **error)
{
    size_t count;
    const int64_t *given = op_ints(node, name, &count);

    if (given && count != length)
        return op_error(node, error, "attribute '%s' has %zu numbers, but %zu are needed for the input's rank", name,
                        count, length);
    for (size_t i = 0; i < length; i++) {
        values[i] = given ? given[i] : otherwise;
        if (values[i] < least || values[i] > ATTRIBUTE_MAX)
            return op_error(node, error,
                            "attribute '%s' holds %" G_GINT64_FORMAT ", but must be %" G_GINT64_FORMAT " to 2^30", name,
                            values[i], least);
    }
    return TRUE;
}

/* Sets all dimensions to one element and a kernel of 1, which those that the tensors lack keep. */
static gboolean start(const struct op_node *node, const struct value *x, struct window *w, GError **error)
{
    if (x->rank < 3 || x->rank > 2 + SPATIAL) {
        g_autofree char *shape = shape_to_string(x->rank, x->dims);

        return op_error(node, error, "input '%s' has shape %s: only 1 to 3 spatial dimensions are supported", x->name,
                        shape);
    }
    memset(w, 0, sizeof(*w));
    w->spatial = x->rank - 2;
    for (int d = 0; d < SPATIAL; d++)
        w->in[d] = w->out[d] = w->kernel[d] = w->stride[d] = w->dilation[d] = 1;
    for (int d = 0; d < w->spatial; d++)
        w->in[SPATIAL - w->spatial + d] = x->dims[2 + d];
    return TRUE;
}

static gboolean read_kernel(const struct op_node *node, const int64_t *kernel, struct window *w, GError **error)
{
    int64_t *own = w->kernel + SPATIAL - w->spatial;

    if (!kernel && !op_has_attribute(node, "kernel_shape"))
        return op_error(node, error, "attribute 'kernel_shape' is missing");
    if (!read_ints(node, "kernel_shape", (size_t)w->spatial, 1, 1, own, error))
        return FALSE;
    if (!kernel)
        return TRUE;
    for (int d = 0; d < w->spatial; d++)
        if (kernel[d] < 1 || kernel[d] > ATTRIBUTE_MAX)
            return op_error(node, error, "the weights' kernel has extent %" G_GINT64_FORMAT ", but must be 1 to 2^30",
                            kernel[d]);
    if (op_has_attribute(node, "kernel_shape") && memcmp(own, kernel, (size_t)w->spatial * sizeof(*own)) != 0) {
        g_autofree char *asked = shape_to_string(w->spatial, own), *given = shape_to_string(w->spatial, kernel);

        return op_error(node, error, "attribute 'kernel_shape' is %s, but the weights are %s", asked, given);
    }
    memcpy(own, kernel, (size_t)w->spatial * sizeof(*own));
    return TRUE;
}

/* auto_pad SAME: as many outputs as strides fit into the input. Padding is shared evenly; an odd element is put at the
 * end, or at the beginning. */
static void pad_same(struct window *w, int d, gboolean odd_before)
{
    int64_t out = (w->in[d] + w->stride[d] - 1) / w->stride[d];
    int64_t reach = (w->kernel[d] - 1) * w->dilation[d] + 1;
    int64_t total = MAX((out - 1) * w->stride[d] + reach - w->in[d], 0);

    w->pad[d] = odd_before ? (total + 1) / 2 : total / 2;
    w->pad_end[d] = total - w->pad[d];
}

static gboolean read_pads(const struct op_node *node, struct window *w, GError **error)
{
    const char *automatic = op_string(node, "auto_pad", "NOTSET");
    int64_t pads[2 * SPATIAL];
    int first = SPATIAL - w->spatial;

    if (!read_ints(node, "pads", 2 * (size_t)w->spatial, 0, 0, pads, error))
        return FALSE;
    if (strcmp(automatic, "NOTSET") == 0) {
        memcpy(w->pad + first, pads, (size_t)w->spatial * sizeof(*pads));
        memcpy(w->pad_end + first, pads + w->spatial, (size_t)w->spatial * sizeof(*pads));
        return TRUE;
    }
    if (strcmp(automatic, "VALID") == 0)
        return TRUE;
    if (strcmp(automatic, "SAME_UPPER") != 0 && strcmp(automatic, "SAME_LOWER") != 0)
        return op_error(node, error, "attribute 'auto_pad' is '%s': use NOTSET, SAME_UPPER, SAME_LOWER or VALID",
                        automatic);
    for (int d = first; d < SPATIAL; d++)
        pad_same(w, d, strcmp(automatic, "SAME_LOWER") == 0);
    return TRUE;
}

/* With ceil_mode a last window that extends over the padded input counts, unless it starts after the input. */
static int64_t output_extent(const struct window *w, int d, gboolean ceil_mode)
{
    int64_t reach = (w->kernel[d] - 1) * w->dilation[d] + 1;
    int64_t room = w->in[d] + w->pad[d] + w->pad_end[d] - reach;
    int64_t out;

    if (room < 0)
        return 0;
    out = (room + (ceil_mode ? w->stride[d] - 1 : 0)) / w->stride[d] + 1;
    if (ceil_mode && (out - 1) * w->stride[d] >= w->in[d] + w->pad[d])
        out--;
    return out;
}

static void measure(struct window *w, gboolean ceil_mode, int64_t *out)
{
    for (int d = SPATIAL - w->spatial; d < SPATIAL; d++) {
        int64_t last;

        w->out[d] = output_extent(w, d, ceil_mode);
        last = (w->out[d] - 1) * w->stride[d] - w->pad[d] + (w->kernel[d] - 1) * w->dilation[d];
        w->inside[d] = w->pad[d] == 0 && last < w->in[d];
        out[d - (SPATIAL - w->spatial)] = w->out[d];
    }
    for (int d = 0; d < SPATIAL - w->spatial; d++)
        w->inside[d] = TRUE;
}

gboolean window_read(const struct op_node *node, const struct value *x, const int64_t *kernel, gboolean ceil_mode,
                     struct window *w, int64_t *out, GError **error)
{
    size_t spatial = (size_t)x->rank - 2;

    if (!start(node, x, w, error) || !read_kernel(node, kernel, w, error) ||
        !read_ints(node, "strides", spatial, 1, 1, w->stride + SPATIAL - spatial, error) ||
        !read_ints(node, "dilations", spatial, 1, 1, w->dilation + SPATIAL - spatial, error) ||
        !read_pads(node, w, error))
        return FALSE;
    measure(w, ceil_mode, out);
    for (size_t d = 0; d < spatial; d++) {
        g_autofree char *shape = NULL, *window = NULL;

        if (out[d] > 0 || x->dims[2 + d] == 0)
            continue;
        shape = shape_to_string(x->rank, x->dims);
        window = shape_to_string(w->spatial, w->kernel + SPATIAL - spatial);
        return op_error(node, error, "a kernel of %s (with its dilations) does not fit into input '%s' of shape %s",
                        window, x->name, shape);
    }
    return TRUE;
}

gboolean window_global(const struct op_node *node, const struct value *x, struct window *w, int64_t *out,
                       GError **error)
{
    int64_t whole = 1;

    if (x->rank < 2)
        return op_error(node, error, "input '%s' has rank %d, but needs batch and channels", x->name, x->rank);
    memset(w, 0, sizeof(*w));
    for (int d = 2; d < x->rank; d++) {
        whole *= x->dims[d];
        out[d - 2] = 1;
    }
    for (int d = 0; d < SPATIAL; d++) {
        w->in[d] = w->out[d] = w->kernel[d] = w->stride[d] = w->dilation[d] = 1;
        w->inside[d] = TRUE;
    }
    w->in[SPATIAL - 1] = w->kernel[SPATIAL - 1] = whole;
    return TRUE;
}

void window_affected(const struct window *w, const struct box *changed, struct box *affected)
{
    for (int d = SPATIAL - w->spatial; d < SPATIAL; d++) {
        int axis = 2 + d - (SPATIAL - w->spatial);
        int64_t first = changed->lo[axis] + w->pad[d] - (w->kernel[d] - 1) * w->dilation[d];
        int64_t last = changed->hi[axis] - 1 + w->pad[d];

        affected->lo[axis] = first > 0 ? MIN((first + w->stride[d] - 1) / w->stride[d], w->out[d]) : 0;
        affected->hi[axis] = MIN(last / w->stride[d] + 1, w->out[d]);
    }
}
