/* Nodes built by hand, not read from a file: what lower_graph() makes of them, and what it refuses. */
#include "lower/lower.h"

#include "base/errors.h"
#include "kernels/conv.h"

#include <string.h>

#define PATH "by hand"
#define OPSET 17

/* A graph from x, of this shape, to y. */
static struct node_graph *make_graph(int rank, const int64_t *dims)
{
    struct node_graph *graph = node_graph_new(PATH);

    node_graph_add_port(graph->inputs, "x", ELEMENT_FLOAT, rank, dims);
    node_graph_add_port(graph->outputs, "y", ELEMENT_FLOAT, -1, NULL);
    return graph;
}

static struct node_graph *make_matrix_graph(void)
{
    return make_graph(2, (const int64_t[]){ 2, 3 });
}

/* `inputs` and `outputs` are names separated by ','; an empty one is absent. */
static struct node *add_node(struct node_graph *graph, const char *name, const char *type, const char *inputs,
                             const char *outputs)
{
    struct node *node = node_graph_add_node(graph, name, type, OPSET);
    g_auto(GStrv) from = g_strsplit(inputs, ",", -1), to = g_strsplit(outputs, ",", -1);

    for (char **value = from; *value; value++)
        node_add_input(node, *value);
    for (char **value = to; *value; value++)
        node_add_output(node, *value);
    return node;
}

static void add_ints(struct node *node, const char *name, size_t count, const int64_t *values)
{
    struct node_attribute *attribute = node_add_attribute(node, name, ATTRIBUTE_INTS);

    attribute->count = count;
    attribute->integers = g_memdup2(values, count * sizeof(*values));
}

static void add_string(struct node *node, const char *name, const char *value)
{
    node_add_attribute(node, name, ATTRIBUTE_STRING)->string = g_strdup(value);
}

static struct tensor *make_tensor(int rank, const int64_t *dims, const float *values)
{
    struct tensor *tensor = tensor_new(ELEMENT_FLOAT, rank, dims, NULL);

    memcpy(tensor->data, values, tensor->size);
    return tensor;
}

static void add_constant(struct node_graph *graph, const char *name, struct tensor *tensor)
{
    GError *error = NULL;

    node_graph_add_constant(graph, name, tensor, &error);
    g_assert_no_error(error);
}

static struct model *lower(const struct node_graph *graph)
{
    GError *error = NULL;
    struct model *model = lower_graph(graph, NULL, NULL, &error);

    g_assert_no_error(error);
    return model;
}

static void refuse(struct node_graph *graph, const char *message)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(lower_graph(graph, NULL, NULL, &error));
    g_assert_true(error->domain == LLTFI_ERROR);
    g_assert_cmpstr(error->message, ==, message);
    node_graph_free(graph);
}

static const struct value *find_value(const struct model *model, const char *name)
{
    for (guint v = 0; v < model->values->len; v++)
        if (strcmp(model_value(model, (int)v)->name, name) == 0)
            return model_value(model, (int)v);
    g_error("there is no value '%s'", name);
}

static void relu_becomes_a_layer(void)
{
    g_autoptr(node_graph_t) graph = make_matrix_graph();
    g_autoptr(model_t) model = NULL;
    const struct layer *layer;

    add_node(graph, "relu", "Relu", "x", "y");
    model = lower(graph);
    g_assert_cmpuint(model->layers->len, ==, 1);
    layer = model_layer(model, 1);
    g_assert_cmpstr(layer->name, ==, "relu");
    g_assert_cmpstr(layer->kernel, ==, "relu_float");
    g_assert_cmpint(layer->opset, ==, OPSET);
    g_assert_cmpint(layer->space_rank, ==, 2);
    g_assert_cmpint(layer->space[0], ==, 2);
    g_assert_cmpint(layer->space[1], ==, 3);
    g_assert_cmpint(layer->outputs[0], ==, g_array_index(model->outputs, int, 0));
    g_assert_cmpstr(model->path, ==, PATH);
}

/* A 3x3 convolution with stride 2 and padding 1 of 1 to 2 channels. */
static void add_conv(struct node_graph *graph)
{
    static const float weights[2 * 3 * 3] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    struct node *node = add_node(graph, "conv", "Conv", "x,w,", "y");

    add_constant(graph, "w", make_tensor(4, (const int64_t[]){ 2, 1, 3, 3 }, weights));
    add_ints(node, "strides", 2, (const int64_t[]){ 2, 2 });
    add_ints(node, "pads", 4, (const int64_t[]){ 1, 1, 1, 1 });
    add_string(node, "auto_pad", "NOTSET");
    node_add_attribute(node, "group", ATTRIBUTE_INT)->integer = 1;
}

static void attributes_reach_the_parameters(void)
{
    g_autoptr(node_graph_t) graph = make_graph(4, (const int64_t[]){ 1, 1, 9, 7 });
    g_autoptr(model_t) model = NULL;
    const struct layer *layer;
    const struct conv *conv;
    const struct value *y;

    add_conv(graph);
    model = lower(graph);
    layer = model_layer(model, 1);
    conv = layer->params;
    g_assert_cmpstr(layer->kernel, ==, "conv_float");
    g_assert_cmpuint(layer->params_size, ==, sizeof(*conv));
    g_assert_cmpint(conv->window.stride[SPATIAL - 2], ==, 2);
    g_assert_cmpint(conv->window.pad[SPATIAL - 1], ==, 1);
    g_assert_cmpint(layer->inputs[2], ==, -1);
    y = find_value(model, "y");
    g_assert_cmpint(y->dims[1], ==, 2);
    g_assert_cmpint(y->dims[2], ==, 5);
    g_assert_cmpint(y->dims[3], ==, 4);
}

/* Nodes that read only constants are computed now; the graph keeps its own tensors, and can be lowered again. */
static void constants_fold(void)
{
    g_autoptr(node_graph_t) graph = make_matrix_graph();

    add_constant(graph, "w", make_tensor(1, (const int64_t[]){ 3 }, (const float[]){ -1, 2, -3 }));
    add_node(graph, "sum", "Add", "x,v", "y");
    add_node(graph, "fold", "Relu", "w", "v");
    for (int i = 0; i < 2; i++) {
        g_autoptr(model_t) model = lower(graph);
        const struct value *v = find_value(model, "v");

        g_assert_cmpuint(model->layers->len, ==, 1);
        g_assert_cmpstr(model_layer(model, 1)->name, ==, "sum");
        g_assert_true(v->folded);
        g_assert_cmpfloat(((const float *)v->constant->data)[0], ==, 0);
        g_assert_cmpfloat(((const float *)v->constant->data)[1], ==, 2);
        g_assert_true(find_value(model, "w")->unread);
    }
    g_assert_cmpfloat(((const float *)((struct node_constant *)graph->constants->pdata[0])->tensor->data)[0], ==, -1);
}

static void a_tensor_attribute_becomes_a_constant(void)
{
    g_autoptr(node_graph_t) graph = make_matrix_graph();
    g_autoptr(model_t) model = NULL;
    struct node *node = add_node(graph, "one", "Constant", "", "c");
    struct tensor *tensor = make_tensor(0, NULL, (const float[]){ 1 });

    node_add_attribute(node, "value", ATTRIBUTE_TENSOR)->tensor = tensor;
    add_node(graph, "sum", "Add", "x,c", "y");
    model = lower(graph);
    g_assert_cmpuint(model->layers->len, ==, 1);
    g_assert_true(find_value(model, "c")->constant == tensor);
}

static void symbolic_dimensions_are_bound(void)
{
    g_autoptr(node_graph_t) graph = make_graph(2, (const int64_t[]){ -1, 3 });
    g_autoptr(tensor_t) given = tensor_new(ELEMENT_FLOAT, 2, (const int64_t[]){ 5, 3 }, NULL);
    g_autoptr(GPtrArray) dims = g_ptr_array_new();
    g_autoptr(model_t) by_name = NULL, by_tensor = NULL;
    g_autoptr(GError) error = NULL;

    ((struct port *)graph->inputs->pdata[0])->symbols[0] = g_strdup("batch");
    add_node(graph, "relu", "Relu", "x", "y");
    g_ptr_array_add(dims, "batch=4");
    by_name = lower_graph(graph, NULL, dims, &error);
    by_tensor = lower_graph(graph, &given, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(find_value(by_name, "y")->dims[0], ==, 4);
    g_assert_cmpint(find_value(by_tensor, "y")->dims[0], ==, 5);
}

static void a_wrong_attribute_is_refused(void)
{
    struct node_graph *graph = make_matrix_graph();

    add_ints(add_node(graph, "flat", "Flatten", "x", "y"), "axis", 1, (const int64_t[]){ 1 });
    refuse(graph, PATH ": node 'flat' (Flatten, opset 17): attribute 'axis' is a list of integers, but must be an "
                       "integer");
    graph = make_matrix_graph();
    node_add_attribute(add_node(graph, "flat", "Flatten", "x", "y"), "axis", ATTRIBUTE_OTHER);
    refuse(graph, PATH ": node 'flat' (Flatten, opset 17): attribute 'axis' is of an unknown type, but must be an "
                       "integer");
    graph = make_matrix_graph();
    node_add_attribute(add_node(graph, "flat", "Flatten", "x", "y"), "axes", ATTRIBUTE_INT);
    refuse(graph, PATH ": node 'flat' (Flatten, opset 17): attribute 'axes' is unknown: the operator has axis");
    graph = make_matrix_graph();
    node_add_attribute(add_node(graph, "flat", "Flatten", "x", "y"), "axis", ATTRIBUTE_INT)->reference =
        g_strdup("parameter");
    refuse(graph, PATH ": node 'flat' (Flatten, opset 17): attribute 'axis' refers to one of a function, but the node "
                       "is in none");
    graph = make_graph(4, (const int64_t[]){ 1, 4, 1, 1 });
    node_add_attribute(add_node(graph, "deep", "DepthToSpace", "x", "y"), "mode", ATTRIBUTE_STRING);
    refuse(graph, PATH ": node 'deep' (DepthToSpace, opset 17): attribute 'mode' is empty");
}

static void a_missing_value_is_refused(void)
{
    struct node_graph *graph = make_matrix_graph();

    add_node(graph, "sum", "Add", "x,w", "y");
    refuse(graph, PATH ": node 'sum' (Add, opset 17): input 1 is 'w', which is neither computed by a node nor an input "
                       "or initializer of the graph");
    graph = make_matrix_graph();
    add_node(graph, "sum", "Add", "x,", "y");
    refuse(graph, PATH ": node 'sum' (Add, opset 17): input 1 is not optional, but its name is empty");
    graph = make_matrix_graph();
    add_node(graph, "sum", "Add", "x", "y");
    refuse(graph, PATH ": node 'sum' (Add, opset 17): it has 1 inputs, but must have 2");
    refuse(make_matrix_graph(), PATH ": output 'y' is not computed by any node");
}

static void a_name_that_is_given_twice_is_refused(void)
{
    struct node_graph *graph = make_matrix_graph();

    add_constant(graph, "x", make_tensor(0, NULL, (const float[]){ 1 }));
    refuse(graph, PATH ": two inputs or constants have the name 'x'");
    graph = make_matrix_graph();
    add_node(graph, "a", "Relu", "x", "y");
    add_node(graph, "b", "Relu", "x", "y");
    refuse(graph, PATH ": value 'y' is given twice, by node 'a' and by node 'b': every value has one name and one "
                       "producer");
}

static void a_cycle_is_refused(void)
{
    struct node_graph *graph = make_matrix_graph();

    add_node(graph, "a", "Relu", "q", "p");
    add_node(graph, "", "Relu", "p", "q");
    add_node(graph, "", "Relu", "x", "y");
    refuse(graph, PATH ": the graph has a cycle: node 'a', which reads from the unnamed node that computes 'q', which "
                       "reads from the first");
}

static void unknown_operators_are_listed(void)
{
    struct node_graph *graph = make_matrix_graph();
    struct node *node = add_node(graph, "own", "Relu", "x", "a");

    g_free(node->domain);
    node->domain = g_strdup("com.example");
    g_ptr_array_add(graph->functions, g_strdup("com.example.Relu"));
    add_node(graph, "", "Zigzag", "a", "b");
    add_node(graph, "", "Zigzag", "b", "y");
    refuse(graph, PATH ": unsupported operators: Zigzag (2 nodes), com.example.Relu (1 node, a function of the model: "
                       "inline it with onnx.inliner). `lltfi operators` lists the supported ones");
}

/* Each node has the opset of its own, as nodes of functions do. */
static void an_old_opset_is_refused(void)
{
    struct node_graph *graph = make_matrix_graph();

    add_node(graph, "new", "Relu", "x", "a");
    add_node(graph, "old", "Relu", "a", "y")->opset = OLDEST_OPSET - 1;
    refuse(graph,
           PATH ": node 'old': operator Relu is supported from opset 7 on, but the model has opset 6: convert it "
                "with onnx.version_converter");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        GTestFunc run;
    } tests[] = {
        { "/lowering/relu-becomes-a-layer", relu_becomes_a_layer },
        { "/lowering/attributes-reach-the-parameters", attributes_reach_the_parameters },
        { "/lowering/constants-fold", constants_fold },
        { "/lowering/a-tensor-attribute-becomes-a-constant", a_tensor_attribute_becomes_a_constant },
        { "/lowering/symbolic-dimensions-are-bound", symbolic_dimensions_are_bound },
        { "/lowering/a-wrong-attribute-is-refused", a_wrong_attribute_is_refused },
        { "/lowering/a-missing-value-is-refused", a_missing_value_is_refused },
        { "/lowering/a-name-that-is-given-twice-is-refused", a_name_that_is_given_twice_is_refused },
        { "/lowering/a-cycle-is-refused", a_cycle_is_refused },
        { "/lowering/unknown-operators-are-listed", unknown_operators_are_listed },
        { "/lowering/an-old-opset-is-refused", an_old_opset_is_refused },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].run);
    return g_test_run();
}
