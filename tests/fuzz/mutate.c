/* Random changes to a model for the fuzzer: one function for each kind of change. */
#include "mutate.h"

#include "base/element.h"
#include "ops/ops.h"

#include "onnx.pb-c.h"

#include <string.h>

/* Numbers with which arithmetic on shapes may overflow. */
static const int64_t edges[] = { 0,         1,         -1,          2,         -2,        3,         4,
                                 7,         8,         9,           64,        255,       65536,     INT32_MAX,
                                 INT32_MIN, 1LL << 31, 1LL << 32,   1LL << 40, INT64_MAX, INT64_MIN, INT64_MAX - 1,
                                 -3,        1LL << 62, -(1LL << 40) };

static int64_t any_number(struct random *random)
{
    return random_below(random, 2) ? (int64_t)random_below(random, 9) - 2
                                   : edges[random_below(random, G_N_ELEMENTS(edges))];
}

static Onnx__NodeProto *any_node(Onnx__GraphProto *graph, struct random *random)
{
    return graph->n_node ? graph->node[random_below(random, graph->n_node)] : NULL;
}

static Onnx__AttributeProto *any_attribute(Onnx__GraphProto *graph, struct random *random)
{
    Onnx__NodeProto *node = any_node(graph, random);

    return node && node->n_attribute ? node->attribute[random_below(random, node->n_attribute)] : NULL;
}

/* The name of some graph input; "": there is none. */
static const char *any_input_name(const Onnx__GraphProto *graph, struct random *random)
{
    const char *name = graph->n_input ? graph->input[random_below(random, graph->n_input)]->name : NULL;

    return name ? name : "";
}

static void replace(char **text, const char *with)
{
    if (*text != protobuf_c_empty_string)
        g_free(*text);
    *text = g_strdup(with);
}

static void change_operator(Onnx__ModelProto *model, struct random *random)
{
    Onnx__NodeProto *node = any_node(model->graph, random);
    size_t n;
    const struct operator* const * all = operators(&n);

    if (node)
        replace(&node->op_type, all[random_below(random, n)]->type);
}

static void change_opset(Onnx__ModelProto *model, struct random *random)
{
    if (model->n_opset_import) {
        model->opset_import[0]->has_version = TRUE;
        model->opset_import[0]->version = (int64_t)random_below(random, 30);
    }
}

static void change_attribute(Onnx__ModelProto *model, struct random *random)
{
    Onnx__AttributeProto *attribute = any_attribute(model->graph, random);

    if (!attribute)
        return;
    if (attribute->n_ints)
        attribute->ints[random_below(random, attribute->n_ints)] = any_number(random);
    attribute->i = any_number(random);
    attribute->f = (float)any_number(random);
}

/* Gives a list attribute another number of integers, possibly none. */
static void change_list(Onnx__ModelProto *model, struct random *random)
{
    Onnx__AttributeProto *attribute = any_attribute(model->graph, random);
    size_t n = random_below(random, 10);

    if (!attribute || !attribute->n_ints)
        return;
    attribute->ints = g_renew(int64_t, attribute->ints, n + 1);
    for (size_t i = attribute->n_ints; i < n; i++)
        attribute->ints[i] = any_number(random);
    attribute->n_ints = n;
}

/* Adds an attribute that the operator has, of the right kind. */
static void add_attribute(Onnx__ModelProto *model, struct random *random)
{
    Onnx__NodeProto *node = any_node(model->graph, random);
    const struct operator* operator= node && node->op_type ? operator_find(node->op_type) : NULL;
    const struct attribute *known = operator? operator->attributes : NULL;
    Onnx__AttributeProto *attribute;

    for (size_t skip = random_below(random, 6); known && known->name && skip > 0; skip--)
        known++;
    if (!known || !known->name || (known->kind != ATTRIBUTE_INT && known->kind != ATTRIBUTE_INTS))
        return;
    attribute = g_new(Onnx__AttributeProto, 1);
    onnx__attribute_proto__init(attribute);
    attribute->name = g_strdup(known->name);
    if (known->kind == ATTRIBUTE_INTS) {
        attribute->n_ints = 1 + random_below(random, 4);
        attribute->ints = g_new(int64_t, attribute->n_ints);
        for (size_t i = 0; i < attribute->n_ints; i++)
            attribute->ints[i] = any_number(random);
    }
    attribute->has_i = known->kind == ATTRIBUTE_INT;
    attribute->i = any_number(random);
    node->attribute = g_renew(Onnx__AttributeProto *, node->attribute, node->n_attribute + 1);
    node->attribute[node->n_attribute++] = attribute;
}

static void remove_attribute(Onnx__ModelProto *model, struct random *random)
{
    Onnx__NodeProto *node = any_node(model->graph, random);

    if (node && node->n_attribute)
        onnx__attribute_proto__free_unpacked(node->attribute[--node->n_attribute], NULL);
}

static Onnx__TypeProto__Tensor *any_input(Onnx__ModelProto *model, struct random *random)
{
    const Onnx__GraphProto *graph = model->graph;
    const Onnx__ValueInfoProto *info = graph->n_input ? graph->input[random_below(random, graph->n_input)] : NULL;

    return info && info->type && info->type->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ? info->type->tensor_type
                                                                                               : NULL;
}

static void change_extent(Onnx__ModelProto *model, struct random *random)
{
    Onnx__TypeProto__Tensor *tensor = any_input(model, random);
    Onnx__TensorShapeProto *shape = tensor ? tensor->shape : NULL;
    Onnx__TensorShapeProto__Dimension *dim;

    if (!shape || !shape->n_dim)
        return;
    dim = shape->dim[random_below(random, shape->n_dim)];
    if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE)
        dim->dim_value = any_number(random);
}

static void change_rank(Onnx__ModelProto *model, struct random *random)
{
    Onnx__TypeProto__Tensor *tensor = any_input(model, random);

    if (tensor && tensor->shape && tensor->shape->n_dim)
        protobuf_c_message_free_unpacked(&tensor->shape->dim[--tensor->shape->n_dim]->base, NULL);
}

static void change_type(Onnx__ModelProto *model, struct random *random)
{
    Onnx__TypeProto__Tensor *tensor = any_input(model, random);

    if (tensor)
        tensor->elem_type = (int)random_below(random, ELEMENT_COUNT);
}

/* Replaces an input of a node by another value, or by none. */
static void change_edge(Onnx__ModelProto *model, struct random *random)
{
    Onnx__NodeProto *node = any_node(model->graph, random), *other = any_node(model->graph, random);
    char **input = node && node->n_input ? &node->input[random_below(random, node->n_input)] : NULL;

    if (!input)
        return;
    if (random_below(random, 4) == 0)
        replace(input, "");
    else if (other->n_output && random_below(random, 2))
        replace(input, other->output[0]);
    else
        replace(input, any_input_name(model->graph, random));
}

static void add_input(Onnx__ModelProto *model, struct random *random)
{
    Onnx__NodeProto *node = any_node(model->graph, random);

    if (!node)
        return;
    node->input = g_renew(char *, node->input, node->n_input + 1);
    node->input[node->n_input++] = g_strdup(any_input_name(model->graph, random));
}

/* Replaces inputs by initializers of zeros and ones, so that the nodes that read them are folded. */
static void make_constant(Onnx__ModelProto *model, struct random *random)
{
    Onnx__TypeProto__Tensor *type = any_input(model, random);
    Onnx__GraphProto *graph = model->graph;
    Onnx__TensorProto *tensor;
    size_t count = 1;

    if (!type || !type->shape || type->shape->n_dim > 8 || graph->n_initializer > 4)
        return;
    tensor = g_new(Onnx__TensorProto, 1);
    onnx__tensor_proto__init(tensor);
    tensor->has_data_type = TRUE;
    tensor->data_type = type->elem_type;
    tensor->dims = g_new(int64_t, type->shape->n_dim + 1);
    for (size_t d = 0; d < type->shape->n_dim; d++) {
        tensor->dims[tensor->n_dims++] = type->shape->dim[d]->dim_value;
        count *= (size_t)CLAMP(type->shape->dim[d]->dim_value, 0, 100);
    }
    count = MIN(count, 500);
    for (size_t i = 0; i < graph->n_input; i++)
        if (graph->input[i]->type && graph->input[i]->type->tensor_type == type)
            tensor->name = g_strdup(graph->input[i]->name);
    tensor->has_raw_data = TRUE;
    tensor->raw_data.len = count * element_size((enum element)type->elem_type);
    tensor->raw_data.data = g_malloc0(tensor->raw_data.len + 1);
    for (size_t i = 0; i < tensor->raw_data.len; i += MAX(element_size((enum element)type->elem_type), 1))
        tensor->raw_data.data[i] = (guint8)random_below(random, 3);
    graph->initializer = g_renew(Onnx__TensorProto *, graph->initializer, graph->n_initializer + 1);
    graph->initializer[graph->n_initializer++] = tensor;
}

static void change_data(Onnx__ModelProto *model, struct random *random)
{
    const Onnx__GraphProto *graph = model->graph;
    Onnx__TensorProto *tensor =
        graph->n_initializer ? graph->initializer[random_below(random, graph->n_initializer)] : NULL;
    int64_t value = any_number(random);

    if (tensor && tensor->has_raw_data && tensor->raw_data.len >= sizeof(value))
        memcpy(tensor->raw_data.data + random_below(random, tensor->raw_data.len / sizeof(value)) * sizeof(value),
               &value, sizeof(value));
}

/* Removes the declared shapes of outputs, which would contradict most changes. */
static void forget_output_shapes(Onnx__ModelProto *model)
{
    for (size_t i = 0; i < model->graph->n_output; i++) {
        Onnx__TypeProto *type = model->graph->output[i]->type;

        if (!type || type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
            continue;
        if (type->tensor_type->shape)
            onnx__tensor_shape_proto__free_unpacked(type->tensor_type->shape, NULL);
        type->tensor_type->shape = NULL;
        type->tensor_type->elem_type = 0;
    }
}

typedef void (*mutation)(Onnx__ModelProto *model, struct random *random);

static const mutation mutations[] = { change_operator, change_opset,  change_attribute, change_attribute,
                                      change_list,     add_attribute, remove_attribute, change_extent,
                                      change_extent,   change_rank,   change_type,      change_edge,
                                      add_input,       make_constant, change_data };

size_t mutate_model(guint8 *data, size_t size, size_t max_size, struct random *random)
{
    Onnx__ModelProto *model = onnx__model_proto__unpack(NULL, size, data);
    size_t packed = 0;

    if (model && model->graph) {
        for (size_t n = 1 + random_below(random, 3); n > 0; n--)
            mutations[random_below(random, G_N_ELEMENTS(mutations))](model, random);
        forget_output_shapes(model);
        packed = onnx__model_proto__get_packed_size(model);
        packed = packed <= max_size ? onnx__model_proto__pack(model, data) : 0;
    }
    if (model)
        onnx__model_proto__free_unpacked(model, NULL);
    return packed;
}
