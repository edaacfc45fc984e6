/* An ONNX file to its protobuf form, with what the rest asks for first. */
#include "frontend/inputs/inputs.h"

#include "base/errors.h"
#include "base/file.h"
#include "base/stages.h"

#include <string.h>

/* Files that people hand over by mistake. */
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

gboolean port_from_proto(const char *path, const Onnx__ValueInfoProto *info, struct onnx_port *port, GError **error)
{
    const Onnx__TypeProto__Tensor *tensor;

    *port = (struct onnx_port){ .name = proto_string(info->name), .rank = -1 };
    if (!info->type || info->type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_UNSUPPORTED,
                    "%s: '%s' is no tensor: sequences, maps and optional values are not supported", path, port->name);
        return FALSE;
    }
    tensor = info->type->tensor_type;
    port->type = (enum element)tensor->elem_type;
    if (!tensor->shape)
        return TRUE;
    if (tensor->shape->n_dim > MAX_RANK)
        return input_error(path, error, "'%s' has rank %zu: ranks up to %d are supported", port->name,
                           tensor->shape->n_dim, MAX_RANK);
    port->rank = (int)tensor->shape->n_dim;
    for (int d = 0; d < port->rank; d++) {
        const Onnx__TensorShapeProto__Dimension *dim = tensor->shape->dim[d];

        port->dims[d] = dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE ? dim->dim_value : -1;
        port->symbols[d] =
            dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM ? dim->dim_param : NULL;
        if (dim->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE && dim->dim_value < 0)
            port->dims[d] = -1;
    }
    return TRUE;
}

static gboolean read_initializers(struct onnx_model *onnx, GError **error)
{
    const Onnx__GraphProto *graph = onnx->proto->graph;

    if (graph->n_sparse_initializer > 0)
        return input_error(onnx->path, error,
                           "sparse initializers are not supported: export the model with dense weights");
    for (size_t i = 0; i < graph->n_initializer; i++) {
        const char *name = proto_string(graph->initializer[i]->name);

        if (!*name)
            return input_error(onnx->path, error, "initializer %zu has no name", i);
        if (!g_hash_table_insert(onnx->initializers, (gpointer)name, graph->initializer[i]))
            return input_error(onnx->path, error, "there are two initializers '%s'", name);
    }
    return TRUE;
}

static gboolean read_ports(struct onnx_model *onnx, GError **error)
{
    const Onnx__GraphProto *graph = onnx->proto->graph;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    struct onnx_port port;

    for (size_t i = 0; i < graph->n_input; i++) {
        if (g_hash_table_contains(onnx->initializers, proto_string(graph->input[i]->name)))
            continue;
        if (!port_from_proto(onnx->path, graph->input[i], &port, error))
            return FALSE;
        g_array_append_val(onnx->inputs, port);
    }
    for (size_t i = 0; i < graph->n_output; i++) {
        if (!port_from_proto(onnx->path, graph->output[i], &port, error))
            return FALSE;
        if (!g_hash_table_add(names, (gpointer)port.name))
            return input_error(onnx->path, error, "there are two outputs '%s'", port.name);
        g_array_append_val(onnx->outputs, port);
    }
    if (graph->n_output == 0)
        return input_error(onnx->path, error, "the graph has no outputs");
    return TRUE;
}

static gboolean read_opset(struct onnx_model *onnx, GError **error)
{
    for (size_t i = 0; i < onnx->proto->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *opset = onnx->proto->opset_import[i];
        const char *domain = proto_string(opset->domain);

        if (*domain == '\0' || strcmp(domain, "ai.onnx") == 0)
            onnx->opset = (int)CLAMP(opset->version, 0, G_MAXINT);
    }
    if (onnx->opset == 0)
        return input_error(onnx->path, error, "the model imports no opset of the default domain");
    return TRUE;
}

struct onnx_model *onnx_parse(const void *data, size_t size, const char *path, GError **error)
{
    STAGE("load");
    g_autoptr(onnx_model_t) onnx = g_new0(struct onnx_model, 1);
    const char *format = guess_format(data, size);

    onnx->path = g_strdup(path);
    onnx->folder = g_path_get_dirname(path);
    onnx->initializers = g_hash_table_new(g_str_hash, g_str_equal);
    onnx->inputs = g_array_new(FALSE, FALSE, sizeof(struct onnx_port));
    onnx->outputs = g_array_new(FALSE, FALSE, sizeof(struct onnx_port));
    if (size == 0) {
        input_error(path, error, "the file is empty");
        return NULL;
    }
    if (model_nests_sanely(data, size))
        onnx->proto = onnx__model_proto__unpack(NULL, size, data);
    if (!onnx->proto || !onnx->proto->graph) {
        if (format)
            input_error(path, error, "this is no ONNX model but looks like %s", format);
        else
            input_error(path, error,
                        onnx->proto ? "this is no ONNX model: it holds no graph"
                                    : "this is no ONNX model, or it is truncated or damaged");
        return NULL;
    }
    if (!read_opset(onnx, error) || !read_initializers(onnx, error) || !read_ports(onnx, error))
        return NULL;
    return g_steal_pointer(&onnx);
}

struct onnx_model *onnx_load(const char *path, GError **error)
{
    g_autoptr(GMappedFile) file = file_map(path, error);

    return file ? onnx_parse(g_mapped_file_get_contents(file), g_mapped_file_get_length(file), path, error) : NULL;
}

void onnx_free(struct onnx_model *onnx)
{
    if (!onnx)
        return;
    if (onnx->proto)
        onnx__model_proto__free_unpacked(onnx->proto, NULL);
    g_clear_pointer(&onnx->initializers, g_hash_table_unref);
    g_clear_pointer(&onnx->inputs, g_array_unref);
    g_clear_pointer(&onnx->outputs, g_array_unref);
    g_free(onnx->path);
    g_free(onnx->folder);
    g_free(onnx);
}

size_t onnx_input_count(const struct onnx_model *onnx)
{
    return onnx->inputs->len;
}

const struct onnx_port *onnx_input(const struct onnx_model *onnx, size_t i)
{
    return &g_array_index(onnx->inputs, struct onnx_port, i);
}

size_t onnx_output_count(const struct onnx_model *onnx)
{
    return onnx->outputs->len;
}

const struct onnx_port *onnx_output(const struct onnx_model *onnx, size_t i)
{
    return &g_array_index(onnx->outputs, struct onnx_port, i);
}
