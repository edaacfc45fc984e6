/* ONNX models, valid ones and every kind of invalid one, through onnx_parse and lower_graph. */
#include "frontend/frontend.h"
#include "base/errors.h"
#include "onnx_build.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#define PATH "model.onnx"

static const float numbers[6] = { 1, -2, 3, -4, 5, -6 };

/* Parses and lowers a built model, which is freed. */
static struct model *lower_at(const char *path, Onnx__ModelProto *built, struct tensor *const *inputs, const char *dim,
                              GError **error)
{
    g_autoptr(GBytes) bytes = build_bytes(built);
    g_autoptr(GPtrArray) dims = g_ptr_array_new();
    g_autoptr(node_graph_t) graph = NULL;

    build_free(built);
    if (dim)
        g_ptr_array_add(dims, (gpointer)dim);
    graph = onnx_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), path, error);
    return graph ? lower_graph(graph, inputs, dims, error) : NULL;
}

static struct model *lower(Onnx__ModelProto *built)
{
    GError *error = NULL;
    struct model *model = lower_at(PATH, built, NULL, NULL, &error);

    g_assert_no_error(error);
    return model;
}

/* The message must match a pattern with '*' and '?'. */
static void assert_message(GError *error, const char *pattern)
{
    g_assert_nonnull(error);
    g_assert_true(error->domain == LLTFI_ERROR);
    if (!g_pattern_match_simple(pattern, error->message)) {
        g_test_message("the message is '%s', not '%s'", error->message, pattern);
        g_test_fail();
    }
    g_error_free(error);
}

static void refuse_with(Onnx__ModelProto *built, struct tensor *const *inputs, const char *dim, const char *pattern)
{
    GError *error = NULL;

    g_assert_null(lower_at(PATH, built, inputs, dim, &error));
    assert_message(error, pattern);
}

static void refuse(Onnx__ModelProto *built, const char *pattern)
{
    refuse_with(built, NULL, NULL, pattern);
}

static void refuse_bytes(const void *bytes, size_t size, const char *pattern)
{
    GError *error = NULL;

    g_assert_null(onnx_parse(bytes, size, PATH, &error));
    assert_message(error, pattern);
}

/* x -> Relu -> y, both 2x3 floats. */
static Onnx__ModelProto *relu_model(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "y", ELEMENT_FLOAT, "2,3");
    build_node(built, "relu", "Relu", "x", "y");
    return built;
}

static const struct value *find_value(const struct model *model, const char *name)
{
    for (guint v = 0; v < model->values->len; v++)
        if (strcmp(model_value(model, (int)v)->name, name) == 0)
            return model_value(model, (int)v);
    g_error("there is no value '%s'", name);
}

static void test_relu(void)
{
    g_autoptr(model_t) model = lower(relu_model());
    const struct layer *layer = model_layer(model, 1);

    g_assert_cmpuint(model->layers->len, ==, 1);
    g_assert_cmpstr(layer->name, ==, "relu");
    g_assert_cmpstr(layer->kernel, ==, "relu_float");
    g_assert_cmpstr(layer->operator->type, ==, "Relu");
    g_assert_cmpint(layer->occurrence, ==, 1);
    g_assert_cmpint(layer->opset, ==, 17);
    g_assert_cmpint(layer->space_rank, ==, 2);
    g_assert_cmpint(layer->space[1], ==, 3);
    g_assert_cmpint(layer->inputs[0], ==, g_array_index(model->inputs, int, 0));
    g_assert_cmpint(layer->outputs[0], ==, g_array_index(model->outputs, int, 0));
    g_assert_cmpint(find_value(model, "y")->producer, ==, 1);
    g_assert_cmpint(find_value(model, "x")->producer, ==, -1);
    g_assert_cmpuint(model->notices->len, ==, 0);
}

static void test_truncated(void)
{
    Onnx__ModelProto *built = relu_model();
    g_autoptr(GBytes) bytes = build_bytes(built);
    gsize size;
    const void *content = g_bytes_get_data(bytes, &size);

    build_free(built);
    for (gsize n = 0; n < size; n++) {
        g_autofree void *prefix = g_memdup2(content, n);
        g_autoptr(GError) error = NULL;
        g_autoptr(node_graph_t) graph = onnx_parse(prefix, n, PATH, &error);

        g_assert_true((graph != NULL) != (error != NULL));
    }
    refuse_bytes(content, size - 1, PATH ": this is not an ONNX model, or it is truncated or damaged");
    refuse_bytes("", 0, PATH ": the file is empty");
}

static void test_other_formats(void)
{
    refuse_bytes("\x89PNG\r\n\x1a\n....", 12, "*is not an ONNX model but looks like a PNG picture");
    refuse_bytes("PK\x03\x04....", 8, "*looks like a ZIP archive*export it to ONNX");
    refuse_bytes("\x89HDF\r\n\x1a\n", 8, "*looks like an HDF5 file*");
    refuse_bytes("{\"a\": 1}", 8, "*looks like JSON text");
    refuse_bytes("hello, world", 12, "*is not an ONNX model, or it is truncated or damaged");
}

/* A message in a message, 100 deep: type of type of type... */
static void test_nesting(void)
{
    GByteArray *bytes = g_byte_array_new();

    for (int level = 0; level < 1000; level++) { /* AttributeProto.g, GraphProto.node, NodeProto.attribute */
        static const guint8 keys[3] = { 0x2a, 0x0a, 0x32 };
        guint8 head[4] = { keys[level % 3] };
        guint length = bytes->len, n = 1;

        for (; length >= 0x80; length >>= 7)
            head[n++] = (guint8)(length | 0x80);
        head[n++] = (guint8)length;
        g_byte_array_prepend(bytes, head, n);
    }
    refuse_bytes(bytes->data, bytes->len, "*truncated or damaged");
    g_byte_array_unref(bytes);
}

static void test_no_graph(void)
{
    Onnx__ModelProto *built = relu_model();

    onnx__graph_proto__free_unpacked(built->graph, NULL);
    built->graph = NULL;
    refuse(built, "*holds no graph");
}

static void test_order(void)
{
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;

    build_input(built, "x", ELEMENT_FLOAT, "4");
    build_output(built, "c", ELEMENT_FLOAT, "4");
    build_node(built, "last", "Relu", "b", "c");
    build_node(built, "middle", "Relu", "a", "b");
    build_node(built, "first", "Relu", "x", "a");
    model = lower(built);
    g_assert_cmpstr(model_layer(model, 1)->name, ==, "first");
    g_assert_cmpstr(model_layer(model, 2)->name, ==, "middle");
    g_assert_cmpstr(model_layer(model, 3)->name, ==, "last");
    g_assert_cmpint(model_layer(model, 3)->occurrence, ==, 3);
}

/* A chain that is too long for recursion, last node first. */
static void test_long_chain(void)
{
    const int n = 50000;
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;

    build_input(built, "v0", ELEMENT_FLOAT, "1");
    build_output(built, "v50000", ELEMENT_FLOAT, "1");
    for (int i = n; i > 0; i--) {
        g_autofree char *from = g_strdup_printf("v%d", i - 1), *to = g_strdup_printf("v%d", i);

        build_node(built, "same", "Relu", from, to);
    }
    model = lower(built);
    g_assert_cmpuint(model->layers->len, ==, n);
    g_assert_cmpstr(model_layer(model, n)->name, ==, "same_50000");
}

static void test_cycle(void)
{
    Onnx__ModelProto *built = relu_model();

    build_node(built, "a", "Relu", "q", "p");
    build_node(built, "", "Relu", "p", "q");
    refuse(built, "*cycle: node 'a', which reads from the unnamed node that computes 'q', which reads from the first");
    built = relu_model();
    build_node(built, "self", "Relu", "s", "s");
    refuse(built, "*cycle: node 'self', which reads from the first");
}

static void test_missing_value(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_output(built, "y", ELEMENT_FLOAT, NULL);
    build_node(built, "relu", "Relu", "weight", "y");
    refuse(built, PATH ": node 'relu' (Relu, opset 17): input 0 is 'weight', which is neither computed by a node nor "
                       "an input or initializer of the graph");
    built = relu_model();
    build_output(built, "z", ELEMENT_FLOAT, "2,3");
    refuse(built, "*output 'z' is not computed by any node");
}

static void test_output_mismatch(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "y", ELEMENT_FLOAT, "2,4");
    build_node(built, "relu", "Relu", "x", "y");
    refuse(built, "*output 'y' is declared as float 2x4, but the nodes give float 2x3");
    built = build_model(17);
    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "y", ELEMENT_DOUBLE, "2,3");
    build_node(built, "relu", "Relu", "x", "y");
    refuse(built, "*output 'y' is declared as double 2x3, but the nodes give float 2x3");
}

static void test_wrong_hint(void)
{
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "y", ELEMENT_FLOAT, "2,n");
    build_value_info(built, "h", ELEMENT_FLOAT, "7");
    build_node(built, "a", "Relu", "x", "h");
    build_node(built, "b", "Relu", "h", "y");
    model = lower(built);
    g_assert_cmpuint(model->notices->len, ==, 1);
    g_assert_true(g_pattern_match_simple("*'h' is declared as float 7, but the nodes give float 2x3, which is used",
                                         model->notices->pdata[0]));
}

static void test_unsupported(void)
{
    Onnx__ModelProto *built = relu_model();

    build_node(built, "", "Zigzag", "x", "a");
    build_node(built, "", "If", "x", "b");
    build_node(built, "", "Zigzag", "x", "c");
    build_node(built, "", "Relu", "x", "d")->domain = g_strdup("com.example");
    refuse(built, PATH ": unsupported operators: If (1 node), Zigzag (2 nodes), com.example.Relu (1 node). `lltfi "
                       "operators` lists the supported ones");
}

static void test_opsets(void)
{
    Onnx__ModelProto *built = relu_model();
    g_autoptr(model_t) model = NULL;

    built->opset_import[0]->version = NEWEST_OPSET + 3;
    model = lower(built);
    g_assert_cmpuint(model->notices->len, ==, 1);
    g_assert_true(g_pattern_match_simple("*has opset 28*", model->notices->pdata[0]));
    built = relu_model();
    built->opset_import[0]->version = 6;
    refuse(built, "*Relu is supported from opset 7 on, but the model has opset 6*");
    built = relu_model();
    built->opset_import[0]->version = INT64_MIN;
    refuse(built, "*imports no opset of the default domain");
}

static void test_duplicates(void)
{
    Onnx__ModelProto *built = relu_model();

    build_node(built, "again", "Relu", "x", "y");
    refuse(built, "*value 'y' is given twice, by node 'relu' and by node 'again'*");
    built = relu_model();
    build_node(built, "over", "Relu", "y", "x");
    refuse(built, "*value 'x' is given twice, by an input or initializer of the graph and by node 'over'*");
    built = build_model(17);
    build_input(built, "x", ELEMENT_FLOAT, "1");
    build_output(built, "x", ELEMENT_FLOAT, "1");
    build_node(built, "over", "Relu", "w", "x");
    build_initializer(built, "w", ELEMENT_FLOAT, "1", numbers, 4);
    refuse(built, "*value 'x' is given twice, by an input or initializer of the graph and by node 'over'*");
    built = relu_model();
    build_input(built, "x", ELEMENT_FLOAT, "1");
    refuse(built, "*two inputs have the name 'x'");
    built = relu_model();
    build_initializer(built, "w", ELEMENT_FLOAT, "1", numbers, 4);
    build_initializer(built, "w", ELEMENT_FLOAT, "1", numbers, 4);
    refuse(built, "*there are two initializers 'w'");
    built = relu_model();
    build_output(built, "y", ELEMENT_FLOAT, "2,3");
    refuse(built, "*there are two outputs 'y'");
}

static void test_attributes(void)
{
    Onnx__ModelProto *built = relu_model();

    build_int(built->graph->node[0], "alpha", 1);
    refuse(built, PATH ": node 'relu' (Relu, opset 17): attribute 'alpha' is unknown: it has none");
    built = relu_model();
    build_node(built, "flat", "Flatten", "x", "f");
    build_ints(built->graph->node[1], "axis", 1, (const int64_t[]){ 1 });
    refuse(built, "*attribute 'axis' is a list of integers, but must be an integer");
    built = relu_model();
    build_node(built, "flat", "Flatten", "x", "f");
    build_int(built->graph->node[1], "axis", 1);
    build_int(built->graph->node[1], "axis", 1);
    refuse(built, "*attribute 'axis' is given twice");
    built = relu_model();
    build_node(built, "flat", "Flatten", "x", "f");
    build_int(built->graph->node[1], "axis", 5);
    refuse(built, "*node 'flat' (Flatten, opset 17): attribute 'axis' is 5*");
    built = build_model(17);
    build_input(built, "x", ELEMENT_FLOAT, "1,4,1,1");
    build_output(built, "y", ELEMENT_FLOAT, NULL);
    build_int(build_node(built, "deep", "DepthToSpace", "x", "y"), "blocksize", 2);
    build_int(built->graph->node[0], "mode", 0)->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
    refuse(built, "*node 'deep' (DepthToSpace, opset 17): mode '' is unknown: it must be DCR or CRD");
}

static void test_counts(void)
{
    Onnx__ModelProto *built = relu_model();

    build_node(built, "two", "Relu", "x x", "a");
    refuse(built, "*it has 2 inputs, but must have 1");
    built = relu_model();
    build_node(built, "two", "Relu", "x", "a b");
    refuse(built, "*it has 2 outputs, but must have 1");
    built = relu_model();
    build_node(built, "absent", "Relu", "-", "a");
    refuse(built, "*input 0 is not optional, but its name is empty");
    built = relu_model();
    build_node(built, "absent", "Relu", "x", "-");
    refuse(built, "*it has no output");
}

static void test_types(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_STRING, "2,3");
    build_output(built, "y", ELEMENT_STRING, "2,3");
    build_node(built, "relu", "Relu", "x", "y");
    refuse(built, "*node 'relu' (Relu, opset 17): *string*");
    built = build_model(17);
    build_input(built, "x", 77, "2,3");
    build_output(built, "y", 77, "2,3");
    refuse(built, "*input 'x'*element type*");
}

static void test_given_inputs(void)
{
    const int64_t dims[2] = { 2, 3 };
    g_autoptr(tensor_t) right = tensor_new(ELEMENT_FLOAT, 2, dims, NULL);
    g_autoptr(tensor_t) wrong_type = tensor_new(ELEMENT_DOUBLE, 2, dims, NULL);
    g_autoptr(tensor_t) wrong_shape = tensor_new(ELEMENT_FLOAT, 1, dims, NULL);
    GError *error = NULL;
    g_autoptr(model_t) model = lower_at(PATH, relu_model(), &right, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(model);
    refuse_with(relu_model(), &wrong_type, NULL, PATH ": input 'x' is double 2x3, but the model wants float 2x3");
    refuse_with(relu_model(), &wrong_shape, NULL, PATH ": input 'x' is float 2, but the model wants float 2x3");
}

/* Two inputs batch x 3, each followed by a Relu. */
static Onnx__ModelProto *symbolic_model(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "a", ELEMENT_FLOAT, "batch,3");
    build_input(built, "b", ELEMENT_FLOAT, "batch,?");
    build_output(built, "c", ELEMENT_FLOAT, "batch,3");
    build_output(built, "d", ELEMENT_FLOAT, NULL);
    build_node(built, "", "Relu", "a", "c");
    build_node(built, "", "Relu", "b", "d");
    return built;
}

static void test_symbols(void)
{
    g_autoptr(tensor_t) two = tensor_new(ELEMENT_FLOAT, 2, (const int64_t[]){ 2, 3 }, NULL);
    g_autoptr(tensor_t) three = tensor_new(ELEMENT_FLOAT, 2, (const int64_t[]){ 3, 3 }, NULL);
    struct tensor *const agree[2] = { two, two }, *const disagree[2] = { two, three }, *const half[2] = { two, NULL };
    GError *error = NULL;
    g_autoptr(model_t) model = lower_at(PATH, symbolic_model(), agree, "batch=2", &error);
    g_autoptr(model_t) other = NULL;

    g_assert_no_error(error);
    g_assert_cmpint(find_value(model, "d")->dims[0], ==, 2);
    other = lower_at(PATH, symbolic_model(), half, "b:1=7", &error);
    g_assert_no_error(error);
    g_assert_cmpint(find_value(other, "d")->dims[0], ==, 2);
    g_assert_cmpint(find_value(other, "d")->dims[1], ==, 7);
    refuse_with(symbolic_model(), disagree, NULL, "*input 'b': dimension 'batch' is 3, but 2 in another input*");
    refuse_with(symbolic_model(), agree, "batch=5", "*input 'a': dimension 'batch' is 2, but 5*");
    refuse_with(symbolic_model(), NULL, NULL, "*input 'a': dimension 'batch' has no extent*or dims batch=1");
    refuse_with(symbolic_model(), NULL, "batch=1", "*input 'b': dimension 'b:1' has no extent*");
    refuse_with(symbolic_model(), NULL, "size=1", "dimension 'size': no input*(it has batch, b:1)");
    refuse_with(symbolic_model(), NULL, "batch=many", "dimension 'batch=many': NAME=EXTENT is wanted*");
    refuse_with(symbolic_model(), NULL, "batch=-1", "dimension 'batch=-1': NAME=EXTENT is wanted*");
}

static void test_unranked_input(void)
{
    g_autoptr(tensor_t) two = tensor_new(ELEMENT_FLOAT, 1, (const int64_t[]){ 2 }, NULL);
    Onnx__ModelProto *built[2];
    GError *error = NULL;
    g_autoptr(model_t) model = NULL;

    for (int i = 0; i < 2; i++) {
        built[i] = build_model(17);
        build_input(built[i], "x", ELEMENT_FLOAT, NULL);
        build_output(built[i], "y", ELEMENT_FLOAT, NULL);
        build_node(built[i], "", "Relu", "x", "y");
    }
    model = lower_at(PATH, built[0], &two, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(find_value(model, "y")->dims[0], ==, 2);
    refuse(built[1], "*input 'x': the model does not say its shape: give an input");
}

static void test_giant(void)
{
    static const char *const shapes[] = { "4611686018427387904,4611686018427387904", "100000,100000,100000",
                                          "0,4611686018427387904,4611686018427387904" };
    Onnx__ModelProto *built;

    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
        built = build_model(17);
        build_input(built, "x", ELEMENT_FLOAT, shapes[i]);
        build_output(built, "y", ELEMENT_FLOAT, NULL);
        build_node(built, "", "Relu", "x", "y");
        refuse(built, "*input 'x': a tensor of shape * is larger than 64 GiB");
    }
    built = build_model(17);
    build_input(built, "x", ELEMENT_FLOAT, "10000,500000");
    build_output(built, "d", ELEMENT_FLOAT, NULL);
    build_node(built, "", "Relu", "x", "a");
    build_node(built, "", "Relu", "a", "b");
    build_node(built, "", "Relu", "b", "c");
    build_node(built, "", "Relu", "c", "d");
    refuse(built, "*tensors of the model up to 'c' are larger than 64 GiB together");
    built = relu_model();
    build_initializer(built, "w", ELEMENT_FLOAT, "1000000,10000", numbers, sizeof(numbers));
    refuse(built, "*initializer 'w': its shape needs 40000000000 bytes of data, but 24 are there");
    built = relu_model();
    build_input(built, "r", ELEMENT_FLOAT, "1,1,1,1,1,1,1,1,1");
    refuse(built, "*'r' has rank 9: ranks up to 8 are supported");
}

static void test_names(void)
{
    static const char *const names[] = {
        "", "", "conv1", "conv1", "llvm.trap", "main_graph", "line\nbreak", "bad\xff", "main_graph_2"
    };
    static const char *const layers[] = { "Relu_1",       "Relu_2",     "conv1", "conv1_2",       "_llvm.trap",
                                          "main_graph_2", "line_break", NULL,    "main_graph_2_2" };
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;

    build_input(built, "x", ELEMENT_FLOAT, "1");
    build_output(built, "y0", ELEMENT_FLOAT, "1");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *output = g_strdup_printf("y%zu", i);

        build_node(built, names[i], "Relu", "x", output);
    }
    model = lower(built);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *name = model_layer(model, (int)i + 1)->name;

        g_assert_true(g_utf8_validate(name, -1, NULL));
        if (layers[i])
            g_assert_cmpstr(name, ==, layers[i]);
    }
}

/* Older models also list their weights as inputs: a run need not give these. */
static void test_initializer_as_input(void)
{
    Onnx__ModelProto *built = relu_model();
    g_autoptr(model_t) model = NULL;

    build_input(built, "w", ELEMENT_FLOAT, "2,3");
    build_initializer(built, "w", ELEMENT_FLOAT, "2,3", numbers, sizeof(numbers));
    build_node(built, "", "Relu", "w", "v");
    build_output(built, "v", ELEMENT_FLOAT, "2,3");
    model = lower(built);
    g_assert_cmpuint(model->inputs->len, ==, 1);
    g_assert_nonnull(find_value(model, "v")->constant);
}

static void test_fold(void)
{
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;
    const float *folded;

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "x", ELEMENT_FLOAT, "2,3");
    build_output(built, "v", ELEMENT_FLOAT, "2,3");
    build_initializer(built, "w", ELEMENT_FLOAT, "2,3", numbers, sizeof(numbers));
    build_node(built, "", "Relu", "w", "u");
    build_node(built, "", "Relu", "u", "v");
    model = lower(built);
    g_assert_cmpuint(model->layers->len, ==, 0);
    g_assert_null(find_value(model, "w")->constant);
    g_assert_null(find_value(model, "u")->constant);
    g_assert_nonnull(find_value(model, "v")->constant);
    folded = find_value(model, "v")->constant->data;
    for (int i = 0; i < 6; i++)
        g_assert_cmpfloat(folded[i], ==, MAX(numbers[i], 0));
    g_assert_cmpint(g_array_index(model->outputs, int, 0), ==, g_array_index(model->inputs, int, 0));
}

/* A Reshape whose target two nodes compute from a graph input. */
static Onnx__ModelProto *shape_model(void)
{
    Onnx__ModelProto *built = build_model(17);

    build_input(built, "x", ELEMENT_FLOAT, "2,3");
    build_input(built, "shape", ELEMENT_INT64, "2");
    build_output(built, "y", ELEMENT_FLOAT, NULL);
    build_node(built, "", "Relu", "shape", "s1");
    build_node(built, "", "Relu", "s1", "s2");
    build_node(built, "reshape", "Reshape", "x s2", "y");
    return built;
}

static void test_fixed_input(void)
{
    g_autoptr(tensor_t) x = tensor_new(ELEMENT_FLOAT, 2, (const int64_t[]){ 2, 3 }, NULL);
    g_autoptr(tensor_t) shape = tensor_new(ELEMENT_INT64, 1, (const int64_t[]){ 2 }, NULL);
    struct tensor *const inputs[2] = { x, shape };
    GError *error = NULL;
    g_autoptr(model_t) model = NULL;

    ((int64_t *)shape->data)[0] = 6;
    ((int64_t *)shape->data)[1] = 1;
    model = lower_at(PATH, shape_model(), inputs, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(model->layers->len, ==, 3);
    g_assert_cmpint(find_value(model, "y")->dims[0], ==, 6);
    g_assert_cmpuint(model->fixed->len, ==, 1);
    g_assert_cmpint(g_array_index(model->fixed, int, 0), ==, g_array_index(model->inputs, int, 1));
    refuse(shape_model(), "*node 'reshape' (Reshape, opset 17): the shapes of the model depend on the content of its "
                          "input 'shape': give it as an input");
}

static void test_optional_values(void)
{
    Onnx__ModelProto *built = build_model(17);
    g_autoptr(model_t) model = NULL;

    build_input(built, "x", ELEMENT_FLOAT, "6");
    build_output(built, "y", ELEMENT_FLOAT, "6");
    build_initializer(built, "high", ELEMENT_FLOAT, "1", numbers, 4)->n_dims = 0;
    build_node(built, "clip", "Clip", "x - high", "y");
    model = lower(built);
    g_assert_cmpint(model_layer(model, 1)->n_inputs, ==, 3);
    g_assert_cmpint(model_layer(model, 1)->inputs[1], ==, -1);
    g_assert_cmpint(model_layer(model, 1)->inputs[2], >=, 0);
}

/* A folder with weights.bin (the numbers) and a link out of it. */
static char *external_folder(void)
{
    char *folder = g_dir_make_tmp("lltfi-XXXXXX", NULL);
    g_autofree char *weights = g_build_filename(folder, "weights.bin", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);

    g_assert_true(g_file_set_contents(weights, (const char *)numbers, sizeof(numbers), NULL));
    g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
    return folder;
}

static void remove_external_folder(const char *folder)
{
    g_autofree char *weights = g_build_filename(folder, "weights.bin", NULL);
    g_autofree char *link = g_build_filename(folder, "link", NULL);

    g_remove(weights);
    g_remove(link);
    g_rmdir(folder);
}

static void test_external(void)
{
    static const struct {
        const char *location;
        int64_t offset, length;
        const char *pattern;
    } cases[] = {
        { "weights.bin", 8, 16, NULL },
        { "weights.bin", 8, -1, NULL },
        { "./weights.bin", 0, 16, NULL },
        { "weights.bin", 12, 16, "*initializer 'w': external data: 16 bytes from offset 12 on reach beyond the end*" },
        { "weights.bin", 1000, -1, "*reach beyond the end*" },
        { "weights.bin", 0, INT64_MAX, "*reach beyond the end*" },
        { "weights.bin", 0, 20, "*its shape needs 16 bytes of data, but 20 are there" },
        { "/etc/passwd", 0, 16, "*'/etc/passwd' is outside the model's folder" },
        { "../../etc/passwd", 0, 16, "*'../../etc/passwd' is outside the model's folder" },
        { "link", 0, 16, "*'link' is outside the model's folder" },
        { "absent.bin", 0, 16, "*absent.bin' is missing" },
        { ".", 0, 16, "*" },
        { "", 0, 16, "*external data without a location" },
    };
    g_autofree char *folder = external_folder();
    g_autofree char *path = g_build_filename(folder, "model.onnx", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Onnx__ModelProto *built = build_model(17);
        GError *error = NULL;
        g_autoptr(model_t) model = NULL;

        build_output(built, "w", ELEMENT_FLOAT, "4");
        build_external(build_initializer(built, "w", ELEMENT_FLOAT, "4", NULL, 0), cases[i].location, cases[i].offset,
                       cases[i].length);
        model = lower_at(path, built, NULL, NULL, &error);
        if (cases[i].pattern) {
            g_assert_null(model);
            assert_message(error, cases[i].pattern);
            continue;
        }
        g_assert_no_error(error);
        g_assert_cmpfloat(((float *)find_value(model, "w")->constant->data)[0], ==, numbers[cases[i].offset / 4]);
    }
    remove_external_folder(folder);
}

/* The content of an initializer as the model has it. */
static struct tensor *read_initializer(Onnx__ModelProto *built)
{
    g_autoptr(model_t) model = NULL;

    build_output(built, "w", built->graph->initializer[0]->data_type, NULL);
    model = lower(built);
    return tensor_copy(find_value(model, "w")->constant);
}

static size_t file_size(enum element type, size_t n)
{
    return (n * element_file_bits(type) + 7) / 8;
}

/* Every element type as raw bytes: types that are stored as whole bytes are read back unchanged. */
static void test_raw_elements(void)
{
    guint8 bytes[16 * 4];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (guint8)(i * 7 + 1);
    for (int type = 1; type < ELEMENT_COUNT; type++) {
        Onnx__ModelProto *built = build_model(17);
        g_autoptr(tensor_t) tensor = NULL;

        build_initializer(built, "w", type, "3", bytes, file_size(type, 3));
        if (type == ELEMENT_STRING) {
            build_output(built, "w", type, NULL);
            built->graph->initializer[0]->raw_data.data = g_realloc(built->graph->initializer[0]->raw_data.data, 3);
            memset(built->graph->initializer[0]->raw_data.data, 'a', 3);
            built->graph->initializer[0]->raw_data.len = 3;
            refuse(built, "*strings can't be given as raw data");
            continue;
        }
        tensor = read_initializer(built);
        g_assert_cmpint((int)tensor->type, ==, type);
        g_assert_cmpuint(tensor->count, ==, 3);
        if (element_file_bits(type) >= 8 && type != ELEMENT_BOOL)
            g_assert_cmpmem(tensor->data, tensor->size, bytes, file_size(type, 3));
    }
}

static void test_packed_elements(void)
{
    const guint8 bytes[2] = { 0x9c, 0x05 };
    static const struct {
        enum element type;
        gint8 want[3];
    } cases[] = {
        { ELEMENT_UINT4, { 12, 9, 5 } }, { ELEMENT_INT4, { -4, -7, 5 } },      { ELEMENT_UINT2, { 0, 3, 1 } },
        { ELEMENT_INT2, { 0, -1, 1 } },  { ELEMENT_FLOAT4E2M1, { 12, 9, 5 } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        Onnx__ModelProto *built = build_model(17);
        g_autoptr(tensor_t) tensor = NULL;

        build_initializer(built, "w", (int)cases[i].type, "3", bytes, file_size(cases[i].type, 3));
        tensor = read_initializer(built);
        g_assert_cmpmem(tensor->data, tensor->size, cases[i].want, 3);
    }
}

/* Typed storage: the numbers -3, 1, 2 (or 253, 1, 2) in the field that the type's elements live in. */
static void fill_typed(Onnx__TensorProto *proto, enum element type)
{
    gboolean is_complex = type == ELEMENT_COMPLEX64 || type == ELEMENT_COMPLEX128;
    size_t n = is_complex ? 6 : element_file_bits(type) < 8 && type != ELEMENT_STRING ? file_size(type, 3) : 3;

    switch (type) {
    case ELEMENT_FLOAT:
    case ELEMENT_COMPLEX64:
        proto->n_float_data = n;
        proto->float_data = g_memdup2(numbers, n * sizeof(float));
        return;
    case ELEMENT_DOUBLE:
    case ELEMENT_COMPLEX128:
        proto->n_double_data = n;
        proto->double_data = g_new(double, n);
        for (size_t i = 0; i < n; i++)
            proto->double_data[i] = (double)numbers[i];
        return;
    case ELEMENT_INT64:
        proto->n_int64_data = n;
        proto->int64_data = g_memdup2(((const int64_t[]){ 1, -2, 3 }), n * sizeof(int64_t));
        return;
    case ELEMENT_UINT32:
    case ELEMENT_UINT64:
        proto->n_uint64_data = n;
        proto->uint64_data = g_memdup2(((const uint64_t[]){ 1, 2, 3 }), n * sizeof(uint64_t));
        return;
    case ELEMENT_STRING:
        proto->n_string_data = n;
        proto->string_data = g_new(ProtobufCBinaryData, n);
        for (size_t i = 0; i < n; i++)
            proto->string_data[i] = (ProtobufCBinaryData){ 1, (guint8 *)g_strdup("a") };
        return;
    default:
        proto->n_int32_data = n;
        proto->int32_data = g_memdup2(((const int32_t[]){ 1, 2, 3 }), n * sizeof(int32_t));
    }
}

static void test_typed_elements(void)
{
    for (int type = 1; type < ELEMENT_COUNT; type++) {
        Onnx__ModelProto *built = build_model(17);
        g_autoptr(tensor_t) tensor = NULL;
        Onnx__TensorProto *proto = build_initializer(built, "w", type, "3", NULL, 0);

        fill_typed(proto, (enum element)type);
        tensor = read_initializer(built);
        g_assert_cmpint((int)tensor->type, ==, type);
        if (type == ELEMENT_STRING)
            g_assert_cmpstr(((const char **)tensor->data)[2], ==, "a");
        else if (type == ELEMENT_FLOAT || type == ELEMENT_DOUBLE || type == ELEMENT_INT64)
            g_assert_cmpfloat(tensor_element_as_double(tensor, 1), ==, -2);
        else if (ELEMENT_BIT(type) & ELEMENTS_INTEGER)
            g_assert_cmpfloat(tensor_element_as_double(tensor, 2), ==, 3);
        else if (type == ELEMENT_BOOL)
            g_assert_cmpint(((guint8 *)tensor->data)[2], ==, 1);
    }
}

static void test_bad_tensors(void)
{
    Onnx__ModelProto *built = relu_model();
    Onnx__TensorProto *proto = build_initializer(built, "w", ELEMENT_FLOAT, "2", numbers, 8);

    proto->has_data_type = FALSE;
    refuse(built, "*initializer 'w': *");
    built = relu_model();
    build_initializer(built, "w", ELEMENT_FLOAT, "2", NULL, 0);
    refuse(built, "*initializer 'w': its shape needs 2 numbers, but 0 are there");
    built = relu_model();
    build_initializer(built, "w", ELEMENT_FLOAT, "-2", numbers, 8);
    refuse(built, "*initializer 'w': a tensor of shape -2 is impossible");
    built = relu_model();
    build_initializer(built, "", ELEMENT_FLOAT, "2", numbers, 8);
    refuse(built, "*initializer 0 has no name");
    built = relu_model();
    build_initializer(built, "w", ELEMENT_FLOAT, "1,1,1,1,1,1,1,1,1", numbers, 4);
    refuse(built, "*initializer 'w': *rank 9*");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        GTestFunc run;
    } tests[] = {
        { "/onnx/relu", test_relu },
        { "/onnx/truncated", test_truncated },
        { "/onnx/other-formats", test_other_formats },
        { "/onnx/nesting", test_nesting },
        { "/onnx/no-graph", test_no_graph },
        { "/onnx/order", test_order },
        { "/onnx/long-chain", test_long_chain },
        { "/onnx/cycle", test_cycle },
        { "/onnx/missing-value", test_missing_value },
        { "/onnx/output-mismatch", test_output_mismatch },
        { "/onnx/wrong-hint", test_wrong_hint },
        { "/onnx/unsupported", test_unsupported },
        { "/onnx/opsets", test_opsets },
        { "/onnx/duplicates", test_duplicates },
        { "/onnx/attributes", test_attributes },
        { "/onnx/counts", test_counts },
        { "/onnx/types", test_types },
        { "/onnx/given-inputs", test_given_inputs },
        { "/onnx/symbols", test_symbols },
        { "/onnx/unranked-input", test_unranked_input },
        { "/onnx/giant", test_giant },
        { "/onnx/names", test_names },
        { "/onnx/initializer-as-input", test_initializer_as_input },
        { "/onnx/fold", test_fold },
        { "/onnx/fixed-input", test_fixed_input },
        { "/onnx/optional-values", test_optional_values },
        { "/onnx/external", test_external },
        { "/onnx/raw-elements", test_raw_elements },
        { "/onnx/packed-elements", test_packed_elements },
        { "/onnx/typed-elements", test_typed_elements },
        { "/onnx/bad-tensors", test_bad_tensors },
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add_func(tests[i].name, tests[i].run);
    return g_test_run();
}
