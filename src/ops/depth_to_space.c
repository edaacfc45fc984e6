/* DepthToSpace and SpaceToDepth: blocks of a picture to channels and back. */
#include "ops/copy.h"

#include "kernels/regroup.h"

#include <string.h>

static gboolean read_block(struct op_node *node, int64_t *block, GError **error)
{
    const struct value *x = op_input(node, 0);

    *block = op_int(node, "blocksize", 0);
    if (x->rank != 4)
        return op_error(node, error, "'%s' has rank %d, it must be 4 (batch, channels, height, width)", x->name,
                        x->rank);
    /* No tensor has as many channels as the square of a larger block. */
    if (*block < 1 || *block > 65536)
        return op_error(node, error, "'blocksize' is %" G_GINT64_FORMAT ", it must be 1 to 65536", *block);
    return TRUE;
}

static struct digits plain(int64_t stride)
{
    return (struct digits){ .radix = { 1, 1 }, .strides = { 0, 0, stride } };
}

static gboolean finish(struct op_node *node, struct regroup *p, const int64_t *dims, GError **error)
{
    const struct value *x = op_input(node, 0);

    if (!op_output(node, 0, x->type, 4, dims, error))
        return FALSE;
    p->rank = 4;
    dense_strides(4, dims, p->output);
    return op_kernel_bits(node, "regroup", x->type, p, sizeof(*p), error);
}

/* Output row h * block + i, column w * block + j, channel c takes row h, column w of the input's channel
 * (i * block + j) * channels + c, or in mode CRD c * block * block + i * block + j. */
static gboolean lower_depth(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    const char *mode = op_string(node, "mode", "DCR");
    struct regroup p = { .planes_first = strcmp(mode, "CRD") == 0 };
    int64_t b, channels, s[4], step;

    if (!read_block(node, &b, error))
        return FALSE;
    if (!p.planes_first && strcmp(mode, "DCR") != 0)
        return op_error(node, error, "mode '%s' is unknown: it must be DCR or CRD", mode);
    if (x->dims[1] % (b * b) != 0)
        return op_error(node, error, "%" G_GINT64_FORMAT " channels can't be split into blocks of %" G_GINT64_FORMAT,
                        x->dims[1], b * b);
    channels = x->dims[1] / (b * b);
    dense_strides(4, x->dims, s);
    step = p.planes_first ? 1 : channels;
    p.block = b;
    p.input[0] = plain(s[0]);
    p.input[1] = plain(p.planes_first ? s[1] * b * b : s[1]);
    p.input[2] = (struct digits){ .radix = { b, 1 }, .strides = { step * b * s[1], 0, s[2] } };
    p.input[3] = (struct digits){ .radix = { b, 1 }, .strides = { step * s[1], 0, s[3] } };
    return finish(node, &p, (int64_t[]){ x->dims[0], channels, x->dims[2] * b, x->dims[3] * b }, error);
}

/* Output channel (i * block + j) * channels + c, row h, column w takes row h * block + i, column w * block + j. */
static gboolean lower_space(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct regroup p = { 0 };
    int64_t b, s[4];

    if (!read_block(node, &b, error))
        return FALSE;
    if (x->dims[2] % b != 0 || x->dims[3] % b != 0) {
        g_autofree char *shape = shape_to_string(x->rank, x->dims);

        return op_error(node, error, "%s can't be split into blocks of %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT, shape,
                        b, b);
    }
    dense_strides(4, x->dims, s);
    p.block = b;
    p.input[0] = plain(s[0]);
    p.input[1] = (struct digits){ .radix = { MAX(x->dims[1], 1), b }, .strides = { s[1], s[3], s[2] } };
    p.input[2] = plain(s[2] * b);
    p.input[3] = plain(s[3] * b);
    return finish(node, &p, (int64_t[]){ x->dims[0], x->dims[1] * b * b, x->dims[2] / b, x->dims[3] / b }, error);
}

/* A position becomes a whole block. Channels for one place in the blocks stay neighbours; those for several places
 * reach all channels. In mode CRD block^2 neighbours become one channel. */
static void affected_depth(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                           struct box *box)
{
    const struct regroup *p = layer->params;
    int64_t channels = layer->space[1], lo = changed->lo[1], hi = changed->hi[1] - 1, square = p->block * p->block;
    gboolean same = lo / channels == hi / channels;

    (void)model, (void)input;
    *box = *changed;
    box->lo[1] = p->planes_first ? lo / square : same ? lo % channels : 0;
    box->hi[1] = p->planes_first ? hi / square + 1 : same ? hi % channels + 1 : channels;
    for (int d = 2; d < 4; d++) {
        box->lo[d] *= p->block;
        box->hi[d] *= p->block;
    }
}

/* A position becomes part of one block. Of C channels, channel c becomes c, c + C, c + 2 C...: which of them depends on
 * the position. */
static void affected_space(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                           struct box *box)
{
    const struct regroup *p = layer->params;

    (void)model, (void)input;
    *box = *changed;
    box->lo[1] = changed->lo[1];
    box->hi[1] = layer->space[1] - layer->space[1] / (p->block * p->block) + changed->hi[1];
    for (int d = 2; d < 4; d++) {
        box->lo[d] = changed->lo[d] / p->block;
        box->hi[d] = (changed->hi[d] - 1) / p->block + 1;
    }
}

static const struct attribute attributes[] = { { "blocksize", ATTRIBUTE_INT }, { "mode", ATTRIBUTE_STRING }, { 0 } };

const struct operator operator_DepthToSpace = {
    .type = "DepthToSpace",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower_depth,
    .affected = affected_depth,
};

static const struct attribute space_attributes[] = { { "blocksize", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_SpaceToDepth = {
    .type = "SpaceToDepth",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = space_attributes,
    .lower = lower_space,
    .affected = affected_space,
};
