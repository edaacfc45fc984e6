/* MaxPool, AveragePool and their global variants. */
#include "kernels/pool.h"

#include "ops/window.h"

/* What a step in each dimension adds to an index of Indices: the last dimension runs fastest, or the first one. */
static void place_values(struct pool *p, gboolean column_major)
{
    int64_t value = 1;

    for (int i = 0; i < SPATIAL; i++) {
        int d = column_major ? i : SPATIAL - 1 - i;

        p->place[d] = value;
        value *= p->window.in[d];
    }
}

static gboolean finish(struct op_node *node, const char *kernel, struct pool *p, const int64_t *spatial, GError **error)
{
    const struct value *x = op_input(node, 0);
    int64_t dims[MAX_RANK] = { x->dims[0], x->dims[1] };

    for (int d = 2; d < x->rank; d++)
        dims[d] = spatial[d - 2];
    p->channels = x->dims[1];
    p->placed = op_has_output(node, 1);
    return op_output(node, 0, x->type, x->rank, dims, error) &&
           op_output(node, 1, ELEMENT_INT64, x->rank, dims, error) &&
           op_kernel(node, kernel, x->type, p, sizeof(*p), error);
}

static gboolean lower_window(struct op_node *node, const char *kernel, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct pool p = { .count_padding = op_int(node, "count_include_pad", 0) != 0 };
    int64_t spatial[MAX_RANK];

    if (!op_check_type(node, x->type, error) ||
        !window_read(node, x, NULL, op_int(node, "ceil_mode", 0) != 0, &p.window, spatial, error))
        return FALSE;
    place_values(&p, op_int(node, "storage_order", 0) != 0);
    return finish(node, kernel, &p, spatial, error);
}

static gboolean lower_global(struct op_node *node, const char *kernel, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct pool p = { 0 };
    int64_t spatial[MAX_RANK];

    return op_check_type(node, x->type, error) && window_global(node, x, &p.window, spatial, error) &&
           finish(node, kernel, &p, spatial, error);
}

static gboolean lower_maxpool(struct op_node *node, GError **error)
{
    return lower_window(node, "maxpool", error);
}

static gboolean lower_averagepool(struct op_node *node, GError **error)
{
    return lower_window(node, "averagepool", error);
}

static gboolean lower_globalmaxpool(struct op_node *node, GError **error)
{
    return lower_global(node, "maxpool", error);
}

static gboolean lower_globalaveragepool(struct op_node *node, GError **error)
{
    return lower_global(node, "averagepool", error);
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    const struct pool *p = layer->params;

    (void)model;
    (void)input;
    box_whole(layer->space_rank, layer->space, affected);
    for (int d = 0; d < 2; d++) {
        affected->lo[d] = changed->lo[d];
        affected->hi[d] = changed->hi[d];
    }
    window_affected(&p->window, changed, affected);
}

static const struct attribute maxpool_attributes[] = {
    WINDOW_ATTRIBUTES, { "ceil_mode", ATTRIBUTE_INT }, { "storage_order", ATTRIBUTE_INT }, { NULL }
};
static const struct attribute averagepool_attributes[] = {
    WINDOW_ATTRIBUTES, { "ceil_mode", ATTRIBUTE_INT }, { "count_include_pad", ATTRIBUTE_INT }, { NULL }
};

const struct operator operator_MaxPool = {
    .type = "MaxPool",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_INT8) | ELEMENT_BIT(ELEMENT_UINT8),
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 2,
    .attributes = maxpool_attributes,
    .lower = lower_maxpool,
    .affected = affected,
};

const struct operator operator_AveragePool = {
    .type = "AveragePool",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = averagepool_attributes,
    .lower = lower_averagepool,
    .affected = affected,
};

const struct operator operator_GlobalMaxPool = {
    .type = "GlobalMaxPool",
    .first_opset = 1,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower_globalmaxpool,
    .affected = affected,
};

const struct operator operator_GlobalAveragePool = {
    .type = "GlobalAveragePool",
    .first_opset = 1,
    .elements = ELEMENTS_FLOATING,
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .lower = lower_globalaveragepool,
    .affected = affected,
};
