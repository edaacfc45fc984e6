/* Reads an ONNX file into a graph of nodes, and checks the file as a whole. */
#include "frontend/inputs/inputs.h"
#include "frontend/onnx/onnx.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/stages.h"

#include <string.h>

/* Files that users give by mistake. */
static const struct {
    const char *magic;
    size_t length;
    const char *what;
} other_formats[] = {
    { "\x89PNG", 4, "a PNG picture" },
    { "\xff\xd8\xff", 3, "a JPEG picture" },
    { "\x89HDF", 4, "an HDF5 file (Keras?): export it with tf2onnx" },
    { "PK\x03\x04", 4, "a ZIP archive (a PyTorch or Keras file?): export it to ONNX" },
    { "\x93NUMPY", 6, "a NumPy array" },
    { "\x7f"
      "ELF",
      4, "a program" },
    { "BC\xc0\xde", 4, "LLVM bitcode" },
    { "; ModuleID", 10, "LLVM IR" },
    { "\x1f\x8b", 2, "gzip data: unpack it" },
    { "{", 1, "JSON text" },
    { "<", 1, "XML or HTML text" },
};

static const char *guess_format(const guint8 *data, size_t size)
{
    for (size_t i = 0; i < G_N_ELEMENTS(other_formats); i++)
        if (size >= other_formats[i].length && memcmp(data, other_formats[i].magic, other_formats[i].length) == 0)
            return other_formats[i].what;
    return size >= 8 && memcmp(data + 4, "TFL3", 4) == 0 ? "a TensorFlow Lite model: convert it with tf2onnx" : NULL;
}

static void read_dims(const Onnx__TensorShapeProto *shape, struct port *port)
{
    port->rank = (int)shape->n_dim;
    for (int d = 0; d < port->rank; d++) {
        const Onnx__TensorShapeProto__Dimension *dim = shape->dim[d];
        gboolean has_value = dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;

        port->dims[d] = has_value && dim->dim_value >= 0 ? dim->dim_value : -1;
        if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM)
            port->symbols[d] = g_strdup(dim->dim_param);
    }
}

gboolean onnx_read_port(const char *path, GPtrArray *ports, const Onnx__ValueInfoProto *info, GError **error)
{
    const char *name = proto_string(info->name);
    const Onnx__TypeProto__Tensor *tensor;
    struct port *port;

    if (!info->type || info->type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE)
        return set_error(error, LLTFI_ERROR_UNSUPPORTED,
                         "%s: '%s' is not a tensor: sequences, maps and optional values are not supported", path, name);
    tensor = info->type->tensor_type;
    if (tensor->shape && tensor->shape->n_dim > MAX_RANK)
        return input_error(path, error, "'%s' has rank %zu: ranks up to %d are supported", name, tensor->shape->n_dim,
                           MAX_RANK);
    port = node_graph_add_port(ports, name, (enum element)tensor->elem_type, -1, NULL);
    if (tensor->shape)
        read_dims(tensor->shape, port);
    return TRUE;
}

static gboolean read_initializers(struct onnx_reader *reader, GError **error)
{
    const Onnx__GraphProto *graph = reader->proto->graph;
    const char *path = reader->graph->path;

    if (graph->n_sparse_initializer > 0)
        return input_error(path, error, "sparse initializers are not supported: export the model with dense weights");
    for (size_t i = 0; i < graph->n_initializer; i++) {
        const char *name = proto_string(graph->initializer[i]->name);

        if (!*name)
            return input_error(path, error, "initializer %zu has no name", i);
        if (!g_hash_table_add(reader->initializers, (gpointer)name))
            return input_error(path, error, "there are two initializers '%s'", name);
    }
    return TRUE;
}

static gboolean read_weights(struct onnx_reader *reader, GError **error)
{
    const Onnx__GraphProto *graph = reader->proto->graph;

    for (size_t i = 0; i < graph->n_initializer; i++) {
        const char *name = graph->initializer[i]->name;
        g_autofree char *what = g_strdup_printf("%s: initializer '%s'", reader->graph->path, name);
        struct tensor *tensor = tensor_from_proto(graph->initializer[i], reader->folder, what, error);

        if (!tensor || !node_graph_add_constant(reader->graph, name, tensor, error))
            return FALSE;
    }
    return TRUE;
}

/* Initializers that are listed among the inputs, as in older models, are not given to a run. */
static gboolean read_ports(struct onnx_reader *reader, GError **error)
{
    const Onnx__GraphProto *graph = reader->proto->graph;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    struct node_graph *to = reader->graph;

    for (size_t i = 0; i < graph->n_input; i++)
        if (!g_hash_table_contains(reader->initializers, proto_string(graph->input[i]->name)) &&
            !onnx_read_port(to->path, to->inputs, graph->input[i], error))
            return FALSE;
    for (size_t i = 0; i < graph->n_output; i++) {
        if (!onnx_read_port(to->path, to->outputs, graph->output[i], error))
            return FALSE;
        if (!g_hash_table_add(names, (gpointer)proto_string(graph->output[i]->name)))
            return input_error(to->path, error, "there are two outputs '%s'", proto_string(graph->output[i]->name));
    }
    for (size_t i = 0; i < graph->n_value_info; i++)
        onnx_read_port(to->path, to->hints, graph->value_info[i], NULL);
    return graph->n_output > 0 || input_error(to->path, error, "the graph has no outputs");
}

const char *onnx_domain(const char *domain)
{
    return strcmp(proto_string(domain), "ai.onnx") == 0 ? "" : proto_string(domain);
}

static gboolean read_opsets(const struct onnx_reader *reader, GError **error)
{
    int opset;

    for (size_t i = 0; i < reader->proto->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *import = reader->proto->opset_import[i];

        g_hash_table_insert(reader->opsets, (gpointer)onnx_domain(import->domain),
                            GINT_TO_POINTER((int)CLAMP(import->version, 0, G_MAXINT)));
    }
    opset = GPOINTER_TO_INT(g_hash_table_lookup(reader->opsets, ""));
    if (opset > NEWEST_OPSET)
        g_ptr_array_add(reader->graph->notices,
                        g_strdup_printf("%s has opset %d; operators are known up to opset %d and taken to mean the "
                                        "same in newer ones",
                                        reader->graph->path, opset, NEWEST_OPSET));
    return opset > 0 || input_error(reader->graph->path, error, "the model imports no opset of the default domain");
}

static void read_functions(const struct onnx_reader *reader)
{
    for (size_t i = 0; i < reader->proto->n_functions; i++) {
        const Onnx__FunctionProto *function = reader->proto->functions[i];

        g_ptr_array_add(reader->graph->functions,
                        g_strdup_printf("%s.%s", proto_string(function->domain), proto_string(function->name)));
    }
}

static gboolean read_nodes(struct onnx_reader *reader, GError **error)
{
    const Onnx__GraphProto *graph = reader->proto->graph;

    for (size_t i = 0; i < graph->n_node; i++)
        if (!onnx_read_node(reader, graph->node[i], error))
            return FALSE;
    return TRUE;
}

static struct node_graph *read_model(const Onnx__ModelProto *proto, const char *path, GError **error)
{
    g_autoptr(node_graph_t) graph = node_graph_new(path);
    g_autoptr(GHashTable) initializers = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GHashTable) opsets = g_hash_table_new(g_str_hash, g_str_equal);
    struct onnx_reader reader = { proto, graph, folder, initializers, opsets };

    read_functions(&reader);
    if (!read_opsets(&reader, error) || !read_initializers(&reader, error) || !read_ports(&reader, error) ||
        !read_weights(&reader, error) || !read_nodes(&reader, error))
        return NULL;
    return g_steal_pointer(&graph);
}

/* Why a file could not be read as a model. */
static void refuse(const void *data, size_t size, const char *path, gboolean parsed, GError **error)
{
    const char *format = guess_format(data, size);

    if (size == 0)
        input_error(path, error, "the file is empty");
    else if (format)
        input_error(path, error, "this is not an ONNX model but looks like %s", format);
    else
        input_error(path, error,
                    parsed ? "this is not an ONNX model: it holds no graph"
                           : "this is not an ONNX model, or it is truncated or damaged");
}

struct node_graph *onnx_parse(const void *data, size_t size, const char *path, GError **error)
{
    STAGE("load");
    Onnx__ModelProto *proto =
        size > 0 && model_nests_sanely(data, size) ? onnx__model_proto__unpack(NULL, size, data) : NULL;
    struct node_graph *graph = NULL;

    if (proto && proto->graph)
        graph = read_model(proto, path, error);
    else
        refuse(data, size, path, proto != NULL, error);
    if (proto)
        onnx__model_proto__free_unpacked(proto, NULL);
    return graph;
}

struct node_graph *onnx_load(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file ? onnx_parse(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, error) : NULL;
}
