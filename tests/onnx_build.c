/* Makes ONNX models in memory: nodes, inputs, outputs and initializers from short texts. */
#include "onnx_build.h"

#include <stdlib.h>
#include <string.h>

/* One more place at the end of an array of pointers; protobuf-c frees with free(), as GLib allocates with malloc(). */
#define APPEND(array, n, item)                                     \
    do {                                                           \
        (array) = g_realloc_n((array), (n) + 1, sizeof(*(array))); \
        (array)[(n)] = (item);                                     \
        (n)++;                                                     \
    } while (0)

Onnx__ModelProto *build_model(int opset)
{
    Onnx__ModelProto *model = g_new(Onnx__ModelProto, 1);
    Onnx__OperatorSetIdProto *import = g_new(Onnx__OperatorSetIdProto, 1);

    onnx__model_proto__init(model);
    onnx__operator_set_id_proto__init(import);
    import->has_version = TRUE;
    import->version = opset;
    APPEND(model->opset_import, model->n_opset_import, import);
    model->has_ir_version = TRUE;
    model->ir_version = 8;
    model->graph = g_new(Onnx__GraphProto, 1);
    onnx__graph_proto__init(model->graph);
    model->graph->name = g_strdup("test");
    return model;
}

void build_free(Onnx__ModelProto *model)
{
    onnx__model_proto__free_unpacked(model, NULL);
}

static void add_names(char ***names, size_t *n, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (size_t i = 0; parts[i]; i++)
        APPEND(*names, *n, g_strdup(strcmp(parts[i], "-") == 0 ? "" : parts[i]));
}

Onnx__NodeProto *build_node(Onnx__ModelProto *model, const char *name, const char *type, const char *inputs,
                            const char *outputs)
{
    Onnx__NodeProto *node = g_new(Onnx__NodeProto, 1);

    onnx__node_proto__init(node);
    node->name = *name ? g_strdup(name) : NULL;
    node->op_type = g_strdup(type);
    add_names(&node->input, &node->n_input, inputs);
    add_names(&node->output, &node->n_output, outputs);
    APPEND(model->graph->node, model->graph->n_node, node);
    return node;
}

static Onnx__AttributeProto *add_attribute(Onnx__NodeProto *node, const char *name,
                                           Onnx__AttributeProto__AttributeType type)
{
    Onnx__AttributeProto *attribute = g_new(Onnx__AttributeProto, 1);

    onnx__attribute_proto__init(attribute);
    attribute->name = g_strdup(name);
    attribute->has_type = TRUE;
    attribute->type = type;
    APPEND(node->attribute, node->n_attribute, attribute);
    return attribute;
}

Onnx__AttributeProto *build_int(Onnx__NodeProto *node, const char *name, int64_t value)
{
    Onnx__AttributeProto *attribute = add_attribute(node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);

    attribute->has_i = TRUE;
    attribute->i = value;
    return attribute;
}

Onnx__AttributeProto *build_ints(Onnx__NodeProto *node, const char *name, size_t n, const int64_t *values)
{
    Onnx__AttributeProto *attribute = add_attribute(node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);

    attribute->n_ints = n;
    attribute->ints = g_memdup2(values, n * sizeof(*values));
    return attribute;
}

static Onnx__TensorShapeProto *make_shape(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    Onnx__TensorShapeProto *shape = g_new(Onnx__TensorShapeProto, 1);

    onnx__tensor_shape_proto__init(shape);
    for (size_t i = 0; parts[i]; i++) {
        Onnx__TensorShapeProto__Dimension *dim = g_new(Onnx__TensorShapeProto__Dimension, 1);

        onnx__tensor_shape_proto__dimension__init(dim);
        if (g_ascii_isdigit(*parts[i])) {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
            dim->dim_value = g_ascii_strtoll(parts[i], NULL, 10);
        } else if (*parts[i] != '?') {
            dim->value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
            dim->dim_param = g_strdup(parts[i]);
        }
        APPEND(shape->dim, shape->n_dim, dim);
    }
    return shape;
}

static Onnx__ValueInfoProto *make_info(const char *name, int type, const char *shape)
{
    Onnx__ValueInfoProto *info = g_new(Onnx__ValueInfoProto, 1);
    Onnx__TypeProto__Tensor *tensor = g_new(Onnx__TypeProto__Tensor, 1);

    onnx__value_info_proto__init(info);
    onnx__type_proto__tensor__init(tensor);
    tensor->has_elem_type = TRUE;
    tensor->elem_type = type;
    tensor->shape = shape ? make_shape(shape) : NULL;
    info->name = g_strdup(name);
    info->type = g_new(Onnx__TypeProto, 1);
    onnx__type_proto__init(info->type);
    info->type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    info->type->tensor_type = tensor;
    return info;
}

void build_input(Onnx__ModelProto *model, const char *name, int type, const char *shape)
{
    APPEND(model->graph->input, model->graph->n_input, make_info(name, type, shape));
}

void build_output(Onnx__ModelProto *model, const char *name, int type, const char *shape)
{
    APPEND(model->graph->output, model->graph->n_output, make_info(name, type, shape));
}

void build_value_info(Onnx__ModelProto *model, const char *name, int type, const char *shape)
{
    APPEND(model->graph->value_info, model->graph->n_value_info, make_info(name, type, shape));
}

Onnx__TensorProto *build_initializer(Onnx__ModelProto *model, const char *name, int type, const char *shape,
                                     const void *bytes, size_t size)
{
    g_auto(GStrv) parts = g_strsplit(shape, ",", -1);
    Onnx__TensorProto *tensor = g_new(Onnx__TensorProto, 1);

    onnx__tensor_proto__init(tensor);
    tensor->name = g_strdup(name);
    tensor->has_data_type = TRUE;
    tensor->data_type = type;
    for (size_t i = 0; parts[i]; i++)
        APPEND(tensor->dims, tensor->n_dims, g_ascii_strtoll(parts[i], NULL, 10));
    if (bytes) {
        tensor->has_raw_data = TRUE;
        tensor->raw_data.len = size;
        tensor->raw_data.data = g_memdup2(bytes, size);
    }
    APPEND(model->graph->initializer, model->graph->n_initializer, tensor);
    return tensor;
}

static void add_entry(Onnx__TensorProto *tensor, const char *key, char *value)
{
    Onnx__StringStringEntryProto *entry = g_new(Onnx__StringStringEntryProto, 1);

    onnx__string_string_entry_proto__init(entry);
    entry->key = g_strdup(key);
    entry->value = value;
    APPEND(tensor->external_data, tensor->n_external_data, entry);
}

void build_external(Onnx__TensorProto *tensor, const char *location, int64_t offset, int64_t length)
{
    tensor->has_data_location = TRUE;
    tensor->data_location = ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    add_entry(tensor, "location", g_strdup(location));
    if (offset >= 0)
        add_entry(tensor, "offset", g_strdup_printf("%" G_GINT64_FORMAT, offset));
    if (length >= 0)
        add_entry(tensor, "length", g_strdup_printf("%" G_GINT64_FORMAT, length));
}

GBytes *build_bytes(const Onnx__ModelProto *model)
{
    size_t size = onnx__model_proto__get_packed_size(model);
    guint8 *bytes = g_malloc(size);

    onnx__model_proto__pack(model, bytes);
    return g_bytes_new_take(bytes, size);
}

void build_write(Onnx__ModelProto *model, const char *path)
{
    g_autoptr(GBytes) bytes = build_bytes(model);
    gsize size;
    const char *content = g_bytes_get_data(bytes, &size);

    build_free(model);
    g_assert_true(g_file_set_contents(path, content, (gssize)size, NULL));
}
