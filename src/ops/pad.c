#include "ops/pad.h"

#include "ops/copy.h"
#include "ops/given.h"

#include <string.h>

static gboolean find_mode(struct op_node *node, enum pad_mode *mode, GError **error)
{
    static const char *const names[] = { "constant", "reflect", "edge", "wrap" };
    const char *name = op_string(node, "mode", "constant");

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0) {
            *mode = (enum pad_mode)i;
            return TRUE;
        }
    return op_error(node, error, "mode '%s' is unknown: it must be constant, reflect, edge or wrap", name);
}

/* Elements added before and after each dimension; negative ones cut off. */
struct amounts {
    int64_t before[MAX_RANK];
    int64_t after[MAX_RANK];
};

static gboolean read_amounts(struct op_node *node, int rank, struct amounts *amounts, GError **error)
{
    g_autofree int64_t *pads = NULL, *axes = NULL;
    size_t n_pads, n_axes, n;

    memset(amounts, 0, sizeof(*amounts));
    if (!given_ints(node, "pads", 1, &pads, &n_pads, error) || !given_axes(node, NULL, 3, rank, &axes, &n_axes, error))
        return FALSE;
    n = axes ? n_axes : (size_t)rank;
    if (!pads || n_pads != 2 * n)
        return op_error(node, error,
                        "'pads' has %" G_GSIZE_FORMAT " entries, it must have two for each of %" G_GSIZE_FORMAT " axes",
                        n_pads, n);
    for (size_t i = 0; i < n; i++) {
        int64_t d = axes ? axes[i] : (int64_t)i;

        amounts->before[d] = pads[i];
        amounts->after[d] = pads[n + i];
    }
    return TRUE;
}

/* One dimension: cut first, then add. */
static gboolean pad_dimension(struct op_node *node, const struct value *x, int d, const struct amounts *amounts,
                              struct pad *p, int64_t *extent, GError **error)
{
    int64_t before = amounts->before[d], after = amounts->after[d], limit = (int64_t)TENSOR_MAX_SIZE;

    if (before > limit || after > limit || before < -x->dims[d] || after < -x->dims[d] ||
        MIN(before, 0) + MIN(after, 0) < -x->dims[d])
        return op_error(node, error,
                        "pads %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " do not fit dimension %d of '%s', which has "
                        "%" G_GINT64_FORMAT " elements",
                        before, after, d, x->name, x->dims[d]);
    p->cut[d] = MAX(-before, 0);
    p->before[d] = MAX(before, 0);
    p->extent[d] = x->dims[d] - p->cut[d] - MAX(-after, 0);
    *extent = p->before[d] + p->extent[d] + MAX(after, 0);
    if (p->mode != PAD_CONSTANT && p->extent[d] == 0 && *extent > 0)
        return op_error(node, error,
                        "dimension %d of '%s' has no elements to pad with; only mode 'constant' can do that", d,
                        x->name);
    return TRUE;
}

/* The constant as opsets before 11 have it: a float of the attribute, in the tensor's type. */
static gboolean put_value(struct op_node *node, enum element type, void *bits, GError **error)
{
    double value = op_float(node, "value", 0);
    float single = (float)value;
    _Float16 half = (_Float16)value;

    if (type == ELEMENT_FLOAT)
        memcpy(bits, &single, sizeof(single));
    else if (type == ELEMENT_DOUBLE)
        memcpy(bits, &value, sizeof(value));
    else if (type == ELEMENT_FLOAT16)
        memcpy(bits, &half, sizeof(half));
    else if (value != 0)
        return op_error(node, error, "'value' is %g, but %s elements can only be padded with 0 before opset 11", value,
                        element_name(type));
    return TRUE;
}

static gboolean find_value(struct op_node *node, const struct value *x, struct pad *p, GError **error)
{
    const struct value *value = op_input(node, 2);

    p->has_value = value != NULL;
    if (!value && x->type == ELEMENT_STRING && p->mode == PAD_CONSTANT)
        return op_error(node, error, "strings can only be padded with a string: give input 2");
    if (!value)
        return put_value(node, x->type, p->value, error);
    for (int d = 0; d < value->rank; d++)
        if (value->dims[d] != 1)
            return op_error(node, error, "the constant '%s' must have one element", value->name);
    return value->type == x->type || op_error(node, error, "the constant '%s' is %s, but the tensor is %s", value->name,
                                              element_name(value->type), element_name(x->type));
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct pad p = { .rank = x->rank };
    struct amounts amounts;
    int64_t dims[MAX_RANK];

    if (!find_mode(node, &p.mode, error) || !find_value(node, x, &p, error) ||
        !read_amounts(node, x->rank, &amounts, error))
        return FALSE;
    for (int d = 0; d < x->rank; d++)
        if (!pad_dimension(node, x, d, &amounts, &p, &dims[d], error))
            return FALSE;
    if (!op_output(node, 0, x->type, x->rank, dims, error))
        return FALSE;
    dense_strides(x->rank, x->dims, p.input);
    dense_strides(x->rank, dims, p.output);
    return op_kernel_bits(node, "pad", x->type, &p, sizeof(p), error);
}

/* One dimension, found by computing the source of every index of the output. */
static void reached(const struct pad *p, int d, const struct box *changed, struct box *affected)
{
    int64_t lo = changed->lo[d] - p->cut[d], hi = changed->hi[d] - p->cut[d], end = affected->hi[d];
    int64_t first = end, last = -1;

    for (int64_t i = 0; i < end; i++) {
        int64_t source = pad_source(p->mode, p->extent[d], i - p->before[d]);

        if (source < MAX(lo, 0) || source >= hi)
            continue;
        first = MIN(first, i);
        last = i;
    }
    affected->lo[d] = last < 0 ? 0 : first;
    affected->hi[d] = last + 1;
}

void pad_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                  struct box *affected)
{
    const struct pad *p = layer->params;

    (void)model;
    box_whole(layer->space_rank, layer->space, affected);
    for (int d = 0; input == 0 && d < layer->space_rank; d++)
        reached(p, d, changed, affected);
}

static const struct attribute attributes[] = {
    { "mode", ATTRIBUTE_STRING }, { "pads", ATTRIBUTE_INTS }, { "value", ATTRIBUTE_FLOAT }, { 0 }
};

const struct operator operator_Pad = {
    .type = "Pad",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 1,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = pad_affected,
};
