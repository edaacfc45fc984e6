/* A node's attributes. check_node has seen to it that they are of the kinds that the operator's table says. */
#include "frontend/onnx/onnx.h"

#include <string.h>

static const Onnx__AttributeProto *find(const struct op_node *node, const char *name)
{
    for (size_t i = 0; i < node->proto->n_attribute; i++)
        if (strcmp(proto_string(node->proto->attribute[i]->name), name) == 0)
            return node->proto->attribute[i];
    return NULL;
}

gboolean op_has_attribute(const struct op_node *node, const char *name)
{
    return find(node, name) != NULL;
}

int64_t op_int(const struct op_node *node, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *attribute = find(node, name);

    return attribute ? attribute->i : otherwise;
}

double op_float(const struct op_node *node, const char *name, double otherwise)
{
    const Onnx__AttributeProto *attribute = find(node, name);

    return attribute ? (double)attribute->f : otherwise;
}

static const char *keep_string(const struct op_node *node, const ProtobufCBinaryData *bytes)
{
    char *text = g_strndup(bytes->data ? (const char *)bytes->data : "", bytes->len);

    g_ptr_array_add(node->kept, text);
    return text;
}

const char *op_string(const struct op_node *node, const char *name, const char *otherwise)
{
    const Onnx__AttributeProto *attribute = find(node, name);

    return attribute ? keep_string(node, &attribute->s) : otherwise;
}

const int64_t *op_ints(const struct op_node *node, const char *name, size_t *count)
{
    const Onnx__AttributeProto *attribute = find(node, name);

    *count = attribute ? attribute->n_ints : 0;
    return attribute ? attribute->ints : NULL;
}

const float *op_floats(const struct op_node *node, const char *name, size_t *count)
{
    const Onnx__AttributeProto *attribute = find(node, name);

    *count = attribute ? attribute->n_floats : 0;
    return attribute ? attribute->floats : NULL;
}

const char *const *op_strings(const struct op_node *node, const char *name, size_t *count)
{
    const Onnx__AttributeProto *attribute = find(node, name);
    const char **list;

    *count = attribute ? attribute->n_strings : 0;
    if (!attribute)
        return NULL;
    list = g_new0(const char *, *count + 1);
    g_ptr_array_add(node->kept, list);
    for (size_t i = 0; i < *count; i++)
        list[i] = keep_string(node, &attribute->strings[i]);
    return list;
}

struct tensor *op_tensor(const struct op_node *node, const char *name, GError **error)
{
    const Onnx__AttributeProto *attribute = find(node, name);
    g_autofree char *what = g_strdup_printf("attribute '%s'", name);
    struct tensor *tensor = NULL;

    if (!attribute || !attribute->t) {
        op_error(node, error, "attribute '%s' is missing", name);
        return NULL;
    }
    tensor = tensor_from_proto(attribute->t, node->lowering->onnx->folder, what, error);
    if (!tensor) {
        g_autofree char *label = node_label(node->proto);

        g_prefix_error(error, "%s (%s, opset %d): ", label, node->operator->type, node->opset);
    }
    return tensor;
}
