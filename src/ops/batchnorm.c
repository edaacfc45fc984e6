#include "ops/ops.h"

#include "kernels/batchnorm.h"

/* Opset 7 may have statistics for each element of a batch entry instead of each channel. */
static gboolean is_spatial(const struct op_node *node)
{
    return op_opset(node) >= 9 || op_int(node, "spatial", 1) != 0;
}

static gboolean is_training(const struct op_node *node)
{
    return op_opset(node) >= 14 && op_int(node, "training_mode", 0) != 0;
}

/* Scale, bias, mean and variance have one element per channel, or the shape of a batch entry. */
static gboolean check_statistics(const struct op_node *node, const struct value *x, gboolean spatial, GError **error)
{
    int rank = spatial ? 1 : x->rank - 1;

    for (int i = 1; i < 5; i++) {
        const struct value *s = op_input(node, i);
        gboolean fits = s->rank == rank;
        g_autofree char *wanted = shape_to_string(rank, x->dims + 1), *given = shape_to_string(s->rank, s->dims);

        for (int d = 0; fits && d < rank; d++)
            fits = s->dims[d] == x->dims[1 + d];
        if (!fits)
            return op_error(node, error, "input '%s' has shape %s, but must have %s", s->name, given, wanted);
        if (!op_check_type(node, s->type, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean check(const struct op_node *node, const struct value *x, GError **error)
{
    const struct value *mean = op_input(node, 3), *variance = op_input(node, 4);

    if (!op_check_type(node, x->type, error))
        return FALSE;
    if (x->rank < 2) {
        g_autofree char *shape = shape_to_string(x->rank, x->dims);

        return op_error(node, error, "input '%s' has shape %s, but needs batch and channels", x->name, shape);
    }
    if (!check_statistics(node, x, is_spatial(node), error))
        return FALSE;
    if (mean->type != variance->type || op_input(node, 1)->type != op_input(node, 2)->type)
        return op_error(node, error,
                        "scale and bias, and mean and variance, must have one element type, but have %s, %s, %s, %s",
                        element_name(op_input(node, 1)->type), element_name(op_input(node, 2)->type),
                        element_name(mean->type), element_name(variance->type));
    for (int i = 1; i < op_output_count(node); i++)
        if (!is_training(node) && op_has_output(node, i))
            return op_error(node, error,
                            "outputs after the first belong to training: only opset 14 and newer with training_mode=1 "
                            "is supported; export the model for inference");
    return TRUE;
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0), *mean = op_input(node, 3);
    struct batchnorm p = { .rank = x->rank, .plane = 1 };

    if (!check(node, x, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++) {
        p.dims[d] = x->dims[d];
        p.plane *= d < 2 ? 1 : x->dims[d];
    }
    p.channels = x->dims[1];
    p.outputs = op_output_count(node);
    p.by_element = !is_spatial(node);
    p.scale_type = op_input(node, 1)->type;
    p.moments_type = mean->type;
    p.epsilon = op_float(node, "epsilon", 1e-5f);
    p.momentum = op_float(node, "momentum", 0.9f);
    if (!op_output(node, 0, x->type, x->rank, x->dims, error))
        return FALSE;
    for (int i = 1; is_training(node) && i < 3; i++)
        if (!op_output(node, i, mean->type, 1, &p.channels, error))
            return FALSE;
    return op_kernel(node, is_training(node) ? "batchnorm_training" : "batchnorm", x->type, &p, sizeof(p), error);
}

static gboolean layer_trains(const struct layer *layer)
{
    return g_str_has_prefix(layer->kernel, "batchnorm_training");
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct batchnorm *p = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, affected);
    if (input == 0 && !layer_trains(layer)) {
        *affected = *changed;
        return;
    }
    for (int d = 1; d < (p->by_element ? p->rank : 2); d++) {
        affected->lo[d] = changed->lo[input == 0 ? d : d - 1];
        affected->hi[d] = changed->hi[input == 0 ? d : d - 1];
    }
}

/* In training the whole channel is needed for each of its elements. */
static void grain(const struct model *model, const struct layer *layer, struct box *box)
{
    (void)model;
    for (int d = 0; layer_trains(layer) && d < layer->space_rank; d++) {
        if (d == 1)
            continue;
        box->lo[d] = 0;
        box->hi[d] = layer->space[d];
    }
}

static void produced(const struct model *model, const struct layer *layer, int output, const struct box *box,
                     struct box *produced)
{
    (void)model;
    (void)layer;
    *produced = *box;
    if (output == 0)
        return;
    produced->lo[0] = box->lo[1];
    produced->hi[0] = box->hi[1];
}

static const struct attribute attributes[] = {
    { "epsilon", ATTRIBUTE_FLOAT },
    { "momentum", ATTRIBUTE_FLOAT },
    { "spatial", ATTRIBUTE_INT },
    { "training_mode", ATTRIBUTE_INT },
    { NULL },
};

const struct operator operator_BatchNormalization = {
    .type = "BatchNormalization",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 5,
    .max_inputs = 5,
    .min_outputs = 1,
    .max_outputs = 5,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
    .grain = grain,
    .produced = produced,
};
