#include "ops/elementwise.h"

#include "kernels/clip.h"

#include <float.h>

static gboolean check_bound(const struct op_node *node, int i, GError **error)
{
    const struct value *bound = op_input(node, i);
    g_autofree char *shape = NULL;

    for (int d = 0; d < bound->rank; d++) {
        if (bound->dims[d] == 1)
            continue;
        shape = shape_to_string(bound->rank, bound->dims);
        return op_error(node, error, "the bound '%s' has shape %s, it must be a scalar", bound->name, shape);
    }
    return TRUE;
}

/* Up to opset 10 the bounds are attributes, from 11 on optional inputs. */
static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);
    struct elementwise *p;
    int mode = op_opset(node) < 11 ? CLIP_ATTRIBUTES : 0;

    if (mode == CLIP_ATTRIBUTES && op_input_count(node) > 1)
        return op_error(node, error, "bounds as inputs came with opset 11: give them as attributes 'min' and 'max'");
    if (mode == CLIP_ATTRIBUTES && !(ELEMENTS_FLOATING & ELEMENT_BIT(x->type)))
        return op_error(node, error, "%s came with opset 12: convert the model with onnx.version_converter",
                        element_name(x->type));
    if (mode == 0 && (op_has_attribute(node, "min") || op_has_attribute(node, "max")))
        return op_error(node, error, "attributes 'min' and 'max' ended with opset 10: give them as inputs");
    for (int i = 1; i < op_input_count(node); i++) {
        if (!op_input(node, i))
            continue;
        if (!check_bound(node, i, error))
            return FALSE;
        mode |= i == 1 ? CLIP_MIN : CLIP_MAX;
    }
    if (!op_check_same_type(node, 0, error))
        return FALSE;
    p = elementwise_new(node, x->rank, x->dims);
    p->mode = mode;
    p->alpha = op_float(node, "min", -(double)FLT_MAX);
    p->beta = op_float(node, "max", (double)FLT_MAX);
    return elementwise_finish(node, p, "clip", x->type, x->type, error);
}

static void affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected)
{
    (void)model;
    if (input == 0)
        *affected = *changed;
    else
        box_whole(layer->space_rank, layer->space, affected);
}

static const struct attribute attributes[] = {
    { "max", ATTRIBUTE_FLOAT },
    { "min", ATTRIBUTE_FLOAT },
    { NULL },
};

const struct operator operator_Clip = {
    .type = "Clip",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_NUMERIC,
    .min_inputs = 1,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
    .affected = affected,
};
