/*
 * Operators that move elements, in cases that the ONNX backend tests lack: every element type, rank 0 and 8, tensors
 * without elements, and the errors for invalid nodes.
 *
 * A case is one node over x, whose elements are numbered 0, 1, 2...; its outputs are compared as text.
 */
#include "onnx_build.h"

#include "engine/model/machine.h"
#include "frontend/frontend.h"
#include "kernels/native.h"
#include "ops/ops.h"
#include "passes/pipeline.h"

#include <string.h>

struct node_case {
    const char *type;
    int opset;
    const char *shape;      /* of x */
    const char *inputs;     /* names, "x" is the graph's input, a to c the lists below, "-" an absent one */
    const char *attributes; /* "axis=1 perm=[1,0] mode=edge" */
    const char *lists[3];   /* int64 initializers a, b, c: "1,2", "" without elements, "=3" of rank 0 */
    int n_outputs;          /* 0: one */
    const char *expected;   /* "2x1: 0 1; 2: 5 6", or a part of the error's message */
};

static const struct node_case moves[] = {
    { "Identity", 13, "", "x", .expected = "scalar: 0" },
    { "Identity", 13, "2,3", "x", .expected = "2x3: 0 1 2 3 4 5" },
    { "Identity", 13, "2,0", "x", .expected = "2x0:" },
    { "Flatten", 13, "", "x", "axis=0", .expected = "1x1: 0" },
    { "Flatten", 13, "2,3,2", "x", "axis=-1", .expected = "6x2: 0 1 2 3 4 5 6 7 8 9 10 11" },
    { "Flatten", 13, "2,3", "x", "axis=2", .expected = "6x1: 0 1 2 3 4 5" },
    { "Flatten", 13, "0,3", "x", .expected = "0x3:" },
    { "Reshape", 13, "", "x a", .lists = { "1,1" }, .expected = "1x1: 0" },
    { "Reshape", 13, "1,1", "x a", .lists = { "" }, .expected = "scalar: 0" },
    { "Reshape", 13, "2,3", "x a", .lists = { "0,1,-1" }, .expected = "2x1x3: 0 1 2 3 4 5" },
    { "Reshape", 14, "0,3", "x a", "allowzero=1", .lists = { "3,0,2" }, .expected = "3x0x2:" },
    { "Reshape", 13, "1,1,1,1,2,1,1,3", "x a", .lists = { "3,1,1,1,1,1,2,1" },
      .expected = "3x1x1x1x1x1x2x1: 0 1 2 3 4 5" },
    { "Transpose", 13, "", "x", .expected = "scalar: 0" },
    { "Transpose", 13, "2,3", "x", .expected = "3x2: 0 3 1 4 2 5" },
    { "Transpose", 13, "2,0,3", "x", "perm=[2,0,1]", .expected = "3x2x0:" },
    { "Transpose", 13, "1,2,1,1,2,1,1,2", "x", .expected = "2x1x1x2x1x1x2x1: 0 4 2 6 1 5 3 7" },
    { "Squeeze", 13, "1,2,1", "x", .expected = "2: 0 1" },
    { "Squeeze", 13, "1,1", "x a", .lists = { "-1,0" }, .expected = "scalar: 0" },
    { "Squeeze", 11, "1,2,1", "x", "axes=[2]", .expected = "1x2: 0 1" },
    { "Unsqueeze", 13, "", "x a", .lists = { "0,-1" }, .expected = "1x1: 0" },
    { "Unsqueeze", 11, "2", "x", "axes=[1,2]", .expected = "2x1x1: 0 1" },
    { "Concat", 13, "2,2", "x x", "axis=1", .expected = "2x4: 0 1 0 1 2 3 2 3" },
    { "Concat", 13, "1,1,1,1,1,1,1,2", "x x x", "axis=-2", .expected = "1x1x1x1x1x1x3x2: 0 1 0 1 0 1" },
    { "Concat", 13, "2,0", "x x", "axis=0", .expected = "4x0:" },
    { "Split", 13, "2,3", "x a", "axis=1", { "1,2" }, 2, "2x1: 0 3; 2x2: 1 2 4 5" },
    { "Split", 11, "3", "x", "split=[0,3]", .n_outputs = 2, .expected = "0:; 3: 0 1 2" },
    { "Split", 18, "5", "x", "num_outputs=3", .n_outputs = 3, .expected = "2: 0 1; 2: 2 3; 1: 4" },
    { "Split", 11, "4", "x", .n_outputs = 2, .expected = "2: 0 1; 2: 2 3" },
    { "Slice", 9, "5", "x", "starts=[1] ends=[-1]", .expected = "3: 1 2 3" },
    { "Slice", 13, "3,4", "x a b - c", .lists = { "-1,0", "-100,9", "-2,3" }, .expected = "2x2: 8 11 0 3" },
    { "Slice", 13, "3", "x a b", .lists = { "2", "1" }, .expected = "0:" },
    { "Slice", 13, "2,3", "x a b c", .lists = { "9223372036854775807", "-9223372036854775808", "1" },
      .expected = "2x0:" },
    { "Slice", 13, "3", "x a b - c", .lists = { "2", "0", "-9223372036854775808" }, .expected = "1: 2" },
    { "Pad", 13, "3", "x a", "mode=edge", .lists = { "1,2" }, .expected = "6: 0 0 1 2 2 2" },
    { "Pad", 13, "3", "x a", "mode=reflect", .lists = { "2,3" }, .expected = "8: 2 1 0 1 2 1 0 1" },
    { "Pad", 19, "2,2", "x a - b", "mode=wrap", .lists = { "1,2", "1" }, .expected = "2x5: 1 0 1 0 1 3 2 3 2 3" },
    { "Pad", 13, "4", "x a", "mode=edge", .lists = { "-1,-2" }, .expected = "1: 1" },
    { "Pad", 13, "4", "x a", "mode=edge", .lists = { "-2,1" }, .expected = "3: 2 3 3" },
    { "Pad", 13, "", "x a", "mode=edge", .lists = { "" }, .expected = "scalar: 0" },
    { "Gather", 13, "3,2", "x a", .lists = { "2,-3" }, .expected = "2x2: 4 5 0 1" },
    { "Gather", 13, "3,2", "x a", "axis=1", .lists = { "=1" }, .expected = "3: 1 3 5" },
    { "Gather", 13, "3", "x a", .lists = { "=-1" }, .expected = "scalar: 2" },
    { "Gather", 13, "0,2", "x a", .lists = { "" }, .expected = "0x2:" },
    { "Tile", 13, "2,1", "x a", .lists = { "2,3" }, .expected = "4x3: 0 0 0 1 1 1 0 0 0 1 1 1" },
    { "Tile", 13, "2", "x a", .lists = { "0" }, .expected = "0:" },
    { "Tile", 13, "", "x a", .lists = { "" }, .expected = "scalar: 0" },
    { "DepthToSpace", 13, "1,4,1,2", "x", "blocksize=2", .expected = "1x1x2x4: 0 2 1 3 4 6 5 7" },
    { "SpaceToDepth", 13, "1,1,2,4", "x", "blocksize=2", .expected = "1x4x1x2: 0 2 1 3 4 6 5 7" },
    { "Expand", 13, "", "x a", .lists = { "2,2" }, .expected = "2x2: 0 0 0 0" },
    { "Expand", 13, "2,1", "x a", .lists = { "2,1,3" }, .expected = "2x2x3: 0 0 0 1 1 1 0 0 0 1 1 1" },
    { "Expand", 13, "1,2", "x a", .lists = { "0,1" }, .expected = "0x2:" },
    { "Expand", 13, "3", "x a", .lists = { "" }, .expected = "3: 0 1 2" },
};

static const struct node_case copies[] = {
    { "Identity", 13, "2,64", "x" },
    { "Concat", 13, "2,64", "x x", "axis=0" },
    { "Split", 13, "2,64", "x", .n_outputs = 2 },
    { "Expand", 13, "1,64", "x a", .lists = { "16,64" } },
    { "Gather", 13, "8,64", "x a", .lists = { "1,2,3" } },
    { "Pad", 13, "8,64", "x a", .lists = { "1,0,0,0" } },
};

static const struct node_case numbers[] = {
    { "Shape", 13, "2,0,3", "x", .expected = "3: 2 0 3" },
    { "Shape", 15, "2,5,3", "x", "start=-2 end=-1", .expected = "1: 5" },
    { "Shape", 15, "2,5", "x", "start=5", .expected = "0:" },
    { "Shape", 13, "", "x", .expected = "0:" },
    { "CumSum", 14, "2,3", "x a", "exclusive=1 reverse=1", .lists = { "=-1" }, .expected = "2x3: 3 2 0 9 5 0" },
    { "CumSum", 14, "0,3", "x a", .lists = { "=0" }, .expected = "0x3:" },
    { "Range", 11, "2", "a b c", .lists = { "=9223372036854775806", "=-9223372036854775807", "=-9223372036854775807" },
      .expected = "2: 9223372036854775806 -1" },
    { "Range", 11, "2", "a b c", .lists = { "=3", "=0", "=1" }, .expected = "0:" },
    { "OneHot", 11, "2", "x a b", .lists = { "=2", "5,7" }, .expected = "2x2: 7 5 5 7" },
    { "OneHot", 11, "", "x a b", .lists = { "=3", "5,7" }, .expected = "3: 7 5 5" },
    { "Size", 13, "", "x", .expected = "scalar: 1" },
    { "Size", 13, "2,0", "x", .expected = "scalar: 0" },
    { "Pad", 13, "2", "x a", .lists = { "1,1" }, .expected = "4: 0 0 1 0" },
    { "Pad", 13, "2,2", "x a b", .lists = { "-1,1,1,0", "=7" }, .expected = "2x3: 7 2 3 7 7 7" },
    { "Pad", 13, "0,2", "x a b", .lists = { "1,0,0,0", "=7" }, .expected = "1x2: 7 7" },
};

static const struct node_case errors[] = {
    { "GatherElements", 13, "2,2", "x a", .lists = { "0" },
      .expected = "indices of shape 1 do not fit an input of shape 2x2" },
    { "Tile", 13, "2", "x a", .lists = { "1,1" }, .expected = "2 repeats are given for an input of rank 1" },
    { "Tile", 13, "2", "x a", .lists = { "-1" }, .expected = "dimension 0 can't be repeated -1 times" },
    { "DepthToSpace", 13, "1,3,2,2", "x", "blocksize=2", .expected = "3 channels can't be split into blocks of 4" },
    { "SpaceToDepth", 13, "1,1,2,3", "x", "blocksize=2", .expected = "1x1x2x3 can't be split into blocks of 2 x 2" },
    { "SpaceToDepth", 13, "1,1,2", "x", "blocksize=2", .expected = "'x' has rank 3, it must be 4" },
    { "CumSum", 14, "2", "x a", .lists = { "1" }, .expected = "axis 1 is out of range" },
    { "Range", 11, "2", "a b c", .lists = { "=0", "=3", "=0" }, .expected = "delta is 0" },
    { "OneHot", 11, "2", "x a b", .lists = { "=-1", "0,1" }, .expected = "the depth 'a' must be one number" },
    { "OneHot", 11, "2", "x a b", .lists = { "=3", "0" }, .expected = "the values 'b' must be two elements" },
    { "Flatten", 13, "2,3", "x", "axis=3", .expected = "attribute 'axis' is 3, but the rank allows -2 to 2" },
    { "Reshape", 13, "2,3", "x a", .lists = { "4,-1" }, .expected = "'x' of shape 2x3 can't be reshaped to 4x-1" },
    { "Reshape", 13, "2,3", "x a", .lists = { "-1,-1" }, .expected = "one extent may be -1" },
    { "Reshape", 13, "2", "x a", .lists = { "2,0" }, .expected = "extent 1 of the new shape is 0" },
    { "Reshape", 13, "2", "x a", .lists = { "1,1,1,1,1,1,1,1,2" }, .expected = "rank 9, at most 8 is supported" },
    { "Reshape", 14, "0", "x a", "allowzero=1", .lists = { "0,-1" }, .expected = "can't be reshaped to 0x-1" },
    { "Reshape", 13, "2", "x a", .lists = { "4294967296,4294967296,4294967296" }, .expected = "larger than 64 GiB" },
    { "Transpose", 13, "2,3", "x", "perm=[0,0]", .expected = "must name each of 0 to 1 once" },
    { "Transpose", 13, "2,3", "x", "perm=[0]", .expected = "'perm' has 1 entries for an input of rank 2" },
    { "Squeeze", 13, "2,1", "x a", .lists = { "0" }, .expected = "axis 0 of 'x' (2x1) is not of extent 1" },
    { "Squeeze", 13, "2,1", "x a", .lists = { "1,-1" }, .expected = "axis -1 is given twice" },
    { "Unsqueeze", 13, "2", "x", .expected = "it has no axes" },
    { "Unsqueeze", 13, "2", "x a", .lists = { "3" }, .expected = "axis 3 is out of range; the rank allows -2 to 1" },
    { "Concat", 13, "2", "x x", .expected = "it has no attribute 'axis'" },
    { "Concat", 13, "2,1", "x a", "axis=1", .lists = { "1" },
      .expected = "input 1 (int64 1) can't be joined to input 0" },
    { "Split", 13, "3", "x", .n_outputs = 2, .expected = "an extent of 3 can't be split into 2 equal parts" },
    { "Split", 13, "3", "x a", .lists = { "1,1" }, .n_outputs = 2, .expected = "the parts leave 1 of 3 over" },
    { "Split", 13, "3", "x a", .lists = { "1,5" }, .n_outputs = 2,
      .expected = "entry 1 of 'split' is 5, but 2 are left" },
    { "Split", 13, "3", "x a", .lists = { "3" }, .n_outputs = 2, .expected = "'split' has 1 entries for 2 outputs" },
    { "Slice", 13, "3", "x a b - c", .lists = { "0", "1", "0" }, .expected = "the step along axis 0 is 0" },
    { "Slice", 13, "3", "x a b", .lists = { "0,0", "1" }, .expected = "different numbers of entries" },
    { "Slice", 13, "3", "x a b c", .lists = { "0", "1", "1" }, .expected = "axis 1 is out of range" },
    { "Pad", 13, "3", "x a", .lists = { "1" },
      .expected = "'pads' has 1 entries, it must have two for each of 1 axes" },
    { "Pad", 13, "3", "x a", .lists = { "-2,-2" }, .expected = "pads -2 and -2 do not fit dimension 0 of 'x'" },
    { "Pad", 13, "0", "x a", "mode=edge", .lists = { "1,0" }, .expected = "only mode 'constant' can do that" },
    { "Pad", 13, "3", "x a", "mode=odd", .lists = { "1,0" }, .expected = "mode 'odd' is unknown" },
    { "Gather", 13, "3", "x a", .lists = { "0,3" },
      .expected = "index 3 (element 1 of 'a') is out of range: axis 0 of 'x'" },
    { "Gather", 13, "", "x a", .lists = { "0" }, .expected = "attribute 'axis' is 0" },
    { "Gather", 13, "1,1,1,1,1,1,1,1", "x x", .expected = "the output has rank 15, at most 8 is supported" },
    { "Expand", 13, "2", "x a", .lists = { "3" }, .expected = "can't be broadcast together" },
    { "Expand", 13, "2", "x a", .lists = { "-1" }, .expected = "extent 0 of the shape is -1" },
    { "ConstantOfShape", 13, "2", "a", .lists = { "-2" }, .expected = "shape -2 is impossible" },
    { "Constant", 13, "2", "", "value_int=1 value_ints=[1]", .expected = "it has both 'value_int' and 'value_ints'" },
    { "Constant", 13, "2", "", .expected = "it has no value" },
};

static int64_t *parse_ints(const char *text, size_t *n)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    int64_t *values;

    *n = g_strv_length(parts);
    values = g_new0(int64_t, *n + 1);
    for (size_t i = 0; i < *n; i++)
        values[i] = g_ascii_strtoll(parts[i], NULL, 10);
    return values;
}

static void add_text(Onnx__NodeProto *node, const char *name, const char *value)
{
    Onnx__AttributeProto *attribute = build_int(node, name, 0);

    attribute->type = ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING;
    attribute->has_i = FALSE;
    attribute->has_s = TRUE;
    attribute->s.len = strlen(value);
    attribute->s.data = g_memdup2(value, strlen(value) + 1);
}

static void add_attributes(Onnx__NodeProto *node, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);

    for (size_t i = 0; parts[i]; i++) {
        char *value = strchr(parts[i], '=');
        g_autofree int64_t *ints = NULL;
        size_t n;

        *value++ = '\0';
        if (g_ascii_isalpha(*value)) {
            add_text(node, parts[i], value);
        } else if (*value == '[') {
            *strchr(value, ']') = '\0';
            ints = parse_ints(value + 1, &n);
            build_ints(node, parts[i], n, ints);
        } else {
            build_int(node, parts[i], g_ascii_strtoll(value, NULL, 10));
        }
    }
}

static void add_list(Onnx__ModelProto *model, char name, const char *text)
{
    char text_name[2] = { name, '\0' }, shape[24] = "";
    size_t n;
    g_autofree int64_t *values = parse_ints(*text == '=' ? text + 1 : text, &n);

    if (*text != '=')
        g_snprintf(shape, sizeof(shape), "%" G_GSIZE_FORMAT, n);
    build_initializer(model, text_name, ELEMENT_INT64, shape, values, n * sizeof(*values));
}

static struct node_graph *build_case(const struct node_case *c, enum element type, GError **error)
{
    Onnx__ModelProto *model = build_model(c->opset);
    g_autoptr(GString) outputs = g_string_new("y0");
    g_autoptr(GBytes) bytes = NULL;
    Onnx__NodeProto *node;

    for (int o = 1; o < c->n_outputs; o++)
        g_string_append_printf(outputs, " y%d", o);
    build_input(model, "x", (int)type, c->shape);
    for (size_t i = 0; i < G_N_ELEMENTS(c->lists); i++)
        if (c->lists[i])
            add_list(model, (char)('a' + i), c->lists[i]);
    node = build_node(model, "n", c->type, c->inputs, outputs->str);
    if (c->attributes)
        add_attributes(node, c->attributes);
    for (int o = 0; o < MAX(c->n_outputs, 1); o++) {
        char name[] = { 'y', (char)('0' + o), '\0' };

        build_output(model, name, ELEMENT_UNDEFINED, NULL);
    }
    bytes = build_bytes(model);
    build_free(model);
    return onnx_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "case.onnx", error);
}

/* x with bytes that differ from element to element. */
static struct tensor *numbered(const struct node_case *c, enum element type)
{
    size_t rank;
    g_autofree int64_t *dims = parse_ints(c->shape, &rank);
    struct tensor *x = tensor_new(type, (int)rank, dims, NULL);

    for (size_t i = 0; type == ELEMENT_INT64 && i < x->count; i++)
        ((int64_t *)x->data)[i] = (int64_t)i;
    for (size_t i = 0; type == ELEMENT_STRING && i < x->count; i++) {
        g_autofree char *text = g_strdup_printf("element %" G_GSIZE_FORMAT, i);

        ((const char **)x->data)[i] = g_intern_string(text);
    }
    for (size_t i = 0; type != ELEMENT_INT64 && type != ELEMENT_STRING && i < x->size; i++)
        ((uint8_t *)x->data)[i] = type == ELEMENT_BOOL ? i % 3 == 0 : (uint8_t)(i * 37 + 11);
    return x;
}

/* Runs a form; the number after the last form means the native code. */
static void run_case(struct machine *machine, unsigned char *data, int form)
{
    g_autoptr(GError) error = NULL;

    if (form < FORM_COUNT_OF_FORMS) {
        machine_run(machine, data, (enum form)form, NULL, &error);
        g_assert_no_error(error);
        return;
    }
    for (guint l = 1; l <= machine->model->layers->len; l++) {
        const struct layer *layer = model_layer(machine->model, (int)l);
        const void *in[8] = { NULL };
        void *out[8] = { NULL };
        struct box box;

        for (int i = 0; i < layer->n_inputs; i++)
            in[i] = layer->inputs[i] < 0 ? NULL : machine_value(machine, data, layer->inputs[i]);
        for (int o = 0; o < layer->n_outputs; o++)
            out[o] = layer->outputs[o] < 0 ? NULL : machine_value(machine, data, layer->outputs[o]);
        box_whole(layer->space_rank, layer->space, &box);
        kernel_native(layer->kernel)(layer->params, in, out, &box);
    }
}

static GPtrArray *case_outputs(const struct node_case *c, enum element type, int form)
{
    GPtrArray *outputs = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(node_graph_t) graph = build_case(c, type, &error);
    g_autoptr(tensor_t) x = numbered(c, type);
    struct tensor *inputs[] = { x };
    g_autoptr(model_t) model = graph ? lower_graph(graph, inputs, NULL, &error) : NULL;
    g_autoptr(machine_t) machine = model ? machine_new(model, NULL, 0, &error) : NULL;
    struct memory *memory = machine ? memory_new(machine, inputs, &error) : NULL;

    g_assert_no_error(error);
    run_case(machine, memory->data, form);
    for (guint o = 0; o < model->outputs->len; o++) {
        struct tensor view = machine_view(machine, memory->data, g_array_index(model->outputs, int, o));

        g_ptr_array_add(outputs, tensor_copy(&view));
    }
    memory_free(memory);
    return outputs;
}

static const int forms[] = { FORM_FAST, FORM_COUNT, FORM_COUNT_OF_FORMS };

static char *outputs_text(const GPtrArray *outputs)
{
    GString *text = g_string_new(NULL);

    for (guint o = 0; o < outputs->len; o++) {
        const struct tensor *y = outputs->pdata[o];
        g_autofree char *shape = shape_to_string(y->rank, y->dims);

        g_string_append_printf(text, "%s%s:", o ? "; " : "", shape);
        for (size_t i = 0; i < y->count; i++)
            g_string_append_printf(text, " %" G_GINT64_FORMAT, ((int64_t *)y->data)[i]);
    }
    return g_string_free(text, FALSE);
}

static void test_numbers(gconstpointer data)
{
    const struct node_case *c = data;

    for (size_t f = 0; f < G_N_ELEMENTS(forms); f++) {
        g_autoptr(GPtrArray) outputs = case_outputs(c, ELEMENT_INT64, forms[f]);
        g_autofree char *text = outputs_text(outputs);

        g_assert_cmpstr(text, ==, c->expected);
    }
}

/* Asserts that elements of another type are moved to the same places as those of int64. */
static void check_type(const struct node_case *c, enum element type, const GPtrArray *places, int form)
{
    g_autoptr(GPtrArray) outputs = case_outputs(c, type, form);
    g_autoptr(tensor_t) x = numbered(c, type);
    size_t size = element_size(type);

    for (guint o = 0; o < outputs->len; o++) {
        const struct tensor *y = outputs->pdata[o], *place = places->pdata[o];

        g_assert_cmpint(y->type, ==, type);
        g_assert_cmpuint(y->count, ==, place->count);
        for (size_t i = 0; i < y->count; i++)
            g_assert_cmpmem((char *)y->data + i * size, size,
                            (char *)x->data + (size_t)((int64_t *)place->data)[i] * size, size);
    }
}

static void test_moves(gconstpointer data)
{
    const struct node_case *c = data;
    g_autoptr(GPtrArray) places = case_outputs(c, ELEMENT_INT64, FORM_FAST);

    test_numbers(c);
    for (int type = 1; type < ELEMENT_COUNT; type++)
        for (size_t f = 0; f < G_N_ELEMENTS(forms); f++)
            check_type(c, (enum element)type, places, forms[f]);
}

static void test_error(gconstpointer data)
{
    const struct node_case *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(node_graph_t) graph = build_case(c, ELEMENT_INT64, &error);
    g_autoptr(tensor_t) x = numbered(c, ELEMENT_INT64);
    struct tensor *inputs[] = { x };
    g_autoptr(model_t) model = NULL;

    g_assert_no_error(error);
    model = lower_graph(graph, inputs, NULL, &error);
    g_assert_null(model);
    g_assert_nonnull(error);
    if (!strstr(error->message, "node 'n'") || !strstr(error->message, c->expected))
        g_error("'%s' is not in: %s", c->expected, error->message);
}

/* At any optimization level of the scalar form, every element is loaded into a register, where a fault can strike it.
 */
static void test_loads(gconstpointer data)
{
    const struct node_case *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(node_graph_t) graph = build_case(c, ELEMENT_FLOAT, &error);
    g_autoptr(tensor_t) x = numbered(c, ELEMENT_FLOAT);
    struct tensor *inputs[] = { x };
    g_autoptr(model_t) model = graph ? lower_graph(graph, inputs, NULL, &error) : NULL;

    g_assert_no_error(error);
    for (int level = 0; level <= 3; level++) {
        LLVMModuleRef module = pipeline_layer(model, model_layer(model, 1), FORM_SCALAR, level, NULL, &error);
        char *text;

        g_assert_no_error(error);
        text = LLVMPrintValueToString(layer_function(module));
        g_assert_null(strstr(text, "@llvm.mem"));
        LLVMDisposeMessage(text);
        LLVMDisposeModule(module);
    }
}

static void add_cases(const char *kind, const struct node_case *cases, size_t n, GTestDataFunc test)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/movement/%s/%s/%" G_GSIZE_FORMAT, kind, cases[i].type, i);

        g_test_add_data_func(path, &cases[i], test);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("moves", moves, G_N_ELEMENTS(moves), test_moves);
    add_cases("loads", copies, G_N_ELEMENTS(copies), test_loads);
    add_cases("numbers", numbers, G_N_ELEMENTS(numbers), test_numbers);
    add_cases("errors", errors, G_N_ELEMENTS(errors), test_error);
    return g_test_run();
}
