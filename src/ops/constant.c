#include "ops/ops.h"

#include <string.h>

/* One way in which the node may give its value. */
struct value_form {
    const char *attribute;
    struct tensor *(*read)(struct op_node *node, const char *attribute, GError **error);
};

static struct tensor *read_tensor(struct op_node *node, const char *attribute, GError **error)
{
    return op_tensor(node, attribute, error);
}

/* A list, or one element where the rank is 0. */
static struct tensor *from_array(enum element type, int rank, const void *data, size_t count, GError **error)
{
    int64_t dims[1] = { (int64_t)count };
    struct tensor *tensor = tensor_new(type, rank, dims, error);

    if (tensor && count)
        memcpy(tensor->data, data, tensor->size);
    return tensor;
}

static struct tensor *read_float(struct op_node *node, const char *attribute, GError **error)
{
    float value = (float)op_float(node, attribute, 0);

    return from_array(ELEMENT_FLOAT, 0, &value, 1, error);
}

static struct tensor *read_floats(struct op_node *node, const char *attribute, GError **error)
{
    size_t count;
    const float *values = op_floats(node, attribute, &count);

    return from_array(ELEMENT_FLOAT, 1, values, count, error);
}

static struct tensor *read_int(struct op_node *node, const char *attribute, GError **error)
{
    int64_t value = op_int(node, attribute, 0);

    return from_array(ELEMENT_INT64, 0, &value, 1, error);
}

static struct tensor *read_ints(struct op_node *node, const char *attribute, GError **error)
{
    size_t count;
    const int64_t *values = op_ints(node, attribute, &count);

    return from_array(ELEMENT_INT64, 1, values, count, error);
}

/* Strings of tensors are kept until the tool exits. */
static struct tensor *from_strings(int rank, const char *const *texts, size_t count, GError **error)
{
    int64_t dims[1] = { (int64_t)count };
    struct tensor *tensor = tensor_new(ELEMENT_STRING, rank, dims, error);

    for (size_t i = 0; tensor && i < count; i++)
        ((const char **)tensor->data)[i] = g_intern_string(texts[i]);
    return tensor;
}

static struct tensor *read_string(struct op_node *node, const char *attribute, GError **error)
{
    const char *text = op_string(node, attribute, "");

    return from_strings(0, &text, 1, error);
}

static struct tensor *read_strings(struct op_node *node, const char *attribute, GError **error)
{
    size_t count;
    const char *const *texts = op_strings(node, attribute, &count);

    return from_strings(1, texts, count, error);
}

static const struct value_form sources[] = {
    { "value", read_tensor },          { "value_float", read_float }, { "value_floats", read_floats },
    { "value_int", read_int },         { "value_ints", read_ints },   { "value_string", read_string },
    { "value_strings", read_strings },
};

static gboolean lower(struct op_node *node, GError **error)
{
    const struct value_form *given = NULL;
    struct tensor *tensor;

    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++) {
        if (!op_has_attribute(node, sources[i].attribute))
            continue;
        if (given)
            return op_error(node, error, "it has both '%s' and '%s': one value must be given", given->attribute,
                            sources[i].attribute);
        given = &sources[i];
    }
    if (!given)
        return op_error(node, error, "it has no value: one of 'value', 'value_float', 'value_int'... must be given");
    tensor = given->read(node, given->attribute, error);
    return tensor && op_output_constant(node, 0, tensor, error);
}

static const struct attribute attributes[] = {
    { "value", ATTRIBUTE_TENSOR },          { "value_float", ATTRIBUTE_FLOAT },
    { "value_floats", ATTRIBUTE_FLOATS },   { "value_int", ATTRIBUTE_INT },
    { "value_ints", ATTRIBUTE_INTS },       { "value_string", ATTRIBUTE_STRING },
    { "value_strings", ATTRIBUTE_STRINGS }, { 0 }
};

const struct operator operator_Constant = {
    .type = "Constant",
    .first_opset = OLDEST_OPSET,
    .elements = ELEMENTS_ALL,
    .min_inputs = 0,
    .max_inputs = 0,
    .min_outputs = 1,
    .max_outputs = 1,
    .attributes = attributes,
    .lower = lower,
};
