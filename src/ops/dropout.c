#include "ops/copy.h"

#include <string.h>

/* Training with a ratio over 0 drops elements at random: there is nothing to compare a faulty run with. */
static gboolean check_inference(struct op_node *node, GError **error)
{
    const struct tensor *training = NULL, *ratio = NULL;

    if (!op_input(node, 2))
        return TRUE;
    training = op_constant(node, 2, error);
    if (!training)
        return FALSE;
    if (training->count != 1 || tensor_element_as_double(training, 0) == 0)
        return training->count == 1 || op_error(node, error, "input 2, the training mode, must be one element");
    if (op_input(node, 1) && !(ratio = op_constant(node, 1, error)))
        return FALSE;
    if (ratio && ratio->count == 1 && tensor_element_as_double(ratio, 0) == 0)
        return TRUE;
    return op_error(node, error,
                    "training mode drops elements at random; export the model for inference (training_mode false), or "
                    "give a ratio of 0");
}

/* 1 in the data's type, which the mask has before opset 10. */
static void put_one(enum element type, void *to)
{
    static const float single = 1;
    static const double twice = 1;
    static const uint16_t half = 0x3c00, brain = 0x3f80;
    const void *from = type == ELEMENT_FLOAT     ? (const void *)&single
                       : type == ELEMENT_DOUBLE  ? (const void *)&twice
                       : type == ELEMENT_FLOAT16 ? &half
                                                 : &brain;

    memcpy(to, from, element_size(type));
}

/* Inference drops nothing: the mask is all 1. */
static gboolean declare_mask(struct op_node *node, const struct value *x, GError **error)
{
    enum element type = op_opset(node) < 10 ? x->type : ELEMENT_BOOL;
    struct tensor *mask;

    if (!op_has_output(node, 1))
        return TRUE;
    mask = op_new_tensor(node, type, x->rank, x->dims, error);
    if (!mask)
        return FALSE;
    if (type == ELEMENT_BOOL)
        memset(mask->data, 1, mask->size);
    for (size_t i = 0; type != ELEMENT_BOOL && i < mask->count; i++)
        put_one(type, (char *)mask->data + i * element_size(type));
    return op_output_constant(node, 1, mask, error);
}

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value *x = op_input(node, 0);

    return op_check_type(node, x->type, error) && check_inference(node, error) &&
           reshape_lower(node, x->rank, x->dims, error) && declare_mask(node, x, error);
}

static const struct attribute attributes[] = { { "ratio", ATTRIBUTE_FLOAT }, { "seed", ATTRIBUTE_INT }, { 0 } };

const struct operator operator_Dropout = {
    .type = "Dropout",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_FLOAT8E4M3FN) | ELEMENT_BIT(ELEMENT_FLOAT8E4M3FNUZ) |
                ELEMENT_BIT(ELEMENT_FLOAT8E5M2) | ELEMENT_BIT(ELEMENT_FLOAT8E5M2FNUZ),
    .min_inputs = 1,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 2,
    .attributes = attributes,
    .lower = lower,
    .affected = copy_affected,
};
