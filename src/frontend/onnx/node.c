/* NodeProto to struct node. */
#include "frontend/onnx/onnx.h"

#include <string.h>

/* The kinds that a file can name. Values without an entry are ATTRIBUTE_OTHER. */
static const struct {
    int type;
    enum attribute_kind kind;
} kinds[] = {
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED, ATTRIBUTE_NONE },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT, ATTRIBUTE_INT },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT, ATTRIBUTE_FLOAT },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING, ATTRIBUTE_STRING },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR, ATTRIBUTE_TENSOR },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS, ATTRIBUTE_INTS },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS, ATTRIBUTE_FLOATS },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRINGS, ATTRIBUTE_STRINGS },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSORS, ATTRIBUTE_TENSORS },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPH, ATTRIBUTE_GRAPH },
    { ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__GRAPHS, ATTRIBUTE_GRAPHS },
};

/* The kind of the field that is filled: files of old IR versions say no more. */
static enum attribute_kind filled_kind(const Onnx__AttributeProto *proto)
{
    const struct {
        gboolean filled;
        enum attribute_kind kind;
    } fields[] = {
        { proto->has_i, ATTRIBUTE_INT },
        { proto->has_f, ATTRIBUTE_FLOAT },
        { proto->has_s, ATTRIBUTE_STRING },
        { proto->t != NULL, ATTRIBUTE_TENSOR },
        { proto->n_ints > 0, ATTRIBUTE_INTS },
        { proto->n_floats > 0, ATTRIBUTE_FLOATS },
        { proto->n_strings > 0, ATTRIBUTE_STRINGS },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        if (fields[i].filled)
            return fields[i].kind;
    return ATTRIBUTE_NONE;
}

static enum attribute_kind find_kind(const Onnx__AttributeProto *proto)
{
    if (!proto->has_type || proto->type == ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__UNDEFINED)
        return filled_kind(proto);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (kinds[i].type == (int)proto->type)
            return kinds[i].kind;
    return ATTRIBUTE_OTHER;
}

static char *read_string(const ProtobufCBinaryData *bytes)
{
    return g_strndup(bytes->data ? (const char *)bytes->data : "", bytes->len);
}

static char **read_strings(const Onnx__AttributeProto *proto)
{
    char **strings = g_new0(char *, proto->n_strings + 1);

    for (size_t i = 0; i < proto->n_strings; i++)
        strings[i] = read_string(&proto->strings[i]);
    return strings;
}

static gboolean read_tensor(struct onnx_reader *reader, const Onnx__AttributeProto *proto,
                            struct node_attribute *attribute, GError **error)
{
    g_autofree char *what = g_strdup_printf("attribute '%s'", attribute->name);

    if (!proto->t)
        return TRUE;
    attribute->tensor = tensor_from_proto(proto->t, reader->folder, what, error);
    return attribute->tensor != NULL;
}

static gboolean read_value(struct onnx_reader *reader, const Onnx__AttributeProto *proto,
                           struct node_attribute *attribute, GError **error)
{
    switch (attribute->kind) {
    case ATTRIBUTE_INT:
        attribute->integer = proto->i;
        break;
    case ATTRIBUTE_FLOAT:
        attribute->real = (double)proto->f;
        break;
    case ATTRIBUTE_STRING:
        attribute->string = read_string(&proto->s);
        break;
    case ATTRIBUTE_TENSOR:
        return read_tensor(reader, proto, attribute, error);
    case ATTRIBUTE_INTS:
        attribute->count = proto->n_ints;
        attribute->integers = g_memdup2(proto->ints, proto->n_ints * sizeof(*proto->ints));
        break;
    case ATTRIBUTE_FLOATS:
        attribute->count = proto->n_floats;
        attribute->reals = g_memdup2(proto->floats, proto->n_floats * sizeof(*proto->floats));
        break;
    case ATTRIBUTE_STRINGS:
        attribute->count = proto->n_strings;
        attribute->strings = read_strings(proto);
        break;
    default:
        break;
    }
    return TRUE;
}

static gboolean read_attribute(struct onnx_reader *reader, struct node *node, const Onnx__AttributeProto *proto,
                               GError **error)
{
    struct node_attribute *attribute = node_add_attribute(node, proto_string(proto->name), find_kind(proto));

    if (*proto_string(proto->ref_attr_name))
        attribute->reference = g_strdup(proto->ref_attr_name);
    if (!read_value(reader, proto, attribute, error)) {
        node_prefix_error(node, error);
        g_prefix_error(error, "%s: ", reader->graph->path);
        return FALSE;
    }
    return attribute->kind != ATTRIBUTE_TENSOR || !attribute->tensor ||
           node_graph_count(reader->graph, attribute->tensor, error);
}

gboolean onnx_read_node(struct onnx_reader *reader, const Onnx__NodeProto *proto, GError **error)
{
    const char *domain = onnx_domain(proto->domain);
    struct node *node = node_graph_add_node(reader->graph, proto_string(proto->name), proto_string(proto->op_type),
                                            GPOINTER_TO_INT(g_hash_table_lookup(reader->opsets, domain)));

    g_free(node->domain);
    node->domain = g_strdup(domain);
    for (size_t i = 0; i < proto->n_input; i++)
        node_add_input(node, proto_string(proto->input[i]));
    for (size_t i = 0; i < proto->n_output; i++)
        node_add_output(node, proto_string(proto->output[i]));
    for (size_t i = 0; i < proto->n_attribute; i++)
        if (!read_attribute(reader, node, proto->attribute[i], error))
            return FALSE;
    return TRUE;
}
