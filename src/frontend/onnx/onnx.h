/* The insides of the ONNX frontend: from protobuf's messages to nodes, ports and tensors. */
#ifndef LLTFI_FRONTEND_ONNX_ONNX_H
#define LLTFI_FRONTEND_ONNX_ONNX_H

#include "lower/lower.h"

#include "onnx.pb-c.h"

/* A new tensor from a TensorProto; external data is read from `folder` (NULL: there is none). `what` names it in
 * messages. */
struct tensor *tensor_from_proto(const Onnx__TensorProto *proto, const char *folder, const char *what, GError **error);

/* Whether the lengths of a file's messages are well formed, and nest no deeper than a model's may. */
gboolean model_nests_sanely(const guint8 *data, size_t size);

/* The bytes of a tensor that are kept outside its file; `size` of them unless the tensor gives their length. */
GBytes *external_data(const Onnx__TensorProto *proto, const char *folder, size_t size, GError **error);

/* "x", or "" for a NULL that protobuf-c gives for an absent string. */
static inline const char *proto_string(const char *text)
{
    return text ? text : "";
}

/* A model while its parts are read. */
struct onnx_reader {
    const Onnx__ModelProto *proto;
    struct node_graph *graph;
    const char *folder;       /* of external data */
    GHashTable *initializers; /* names */
    GHashTable *opsets;       /* domain -> version that the model imports */
};

/* "" for ONNX's own domain, which has two names. */
const char *onnx_domain(const char *domain);

/* Adds a NodeProto to the graph. */
gboolean onnx_read_node(struct onnx_reader *reader, const Onnx__NodeProto *proto, GError **error);

/* Adds what the file says about an input, output or other value to `ports`; error where that is not a tensor. */
gboolean onnx_read_port(const char *path, GPtrArray *ports, const Onnx__ValueInfoProto *info, GError **error);

#endif
