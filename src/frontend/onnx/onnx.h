/* The ONNX frontend's insides: a parsed file, and a node while it is lowered. */
#ifndef LLTFI_ONNX_H
#define LLTFI_ONNX_H

#include "frontend/frontend.h"
#include "ops/ops.h"

#include "onnx.pb-c.h"

struct onnx_model {
    char *path;
    char *folder; /* where external data lies */
    Onnx__ModelProto *proto;
    GHashTable *initializers; /* name -> Onnx__TensorProto */
    GArray *inputs;           /* struct onnx_port: graph inputs that are no initializers */
    GArray *outputs;          /* struct onnx_port */
    int opset;                /* of the default domain */
};

/* A new tensor from a TensorProto; external data is read from `folder` (NULL: there is none). `what` names it in messages. */
struct tensor *tensor_from_proto(const Onnx__TensorProto *proto, const char *folder, const char *what, GError **error);

/* "x", or "" for a NULL that protobuf-c gives for an absent string. */
static inline const char *proto_string(const char *text)
{
    return text ? text : "";
}

/* A model while its nodes are lowered one after the other. */
struct lowering {
    const struct onnx_model *onnx;
    struct model *model;
    struct tensor *const *inputs; /* of the graph, may be NULL */
    GHashTable *numbers;          /* value name -> its number + 1 */
    GHashTable *names;            /* layer names in use */
    GHashTable *occurrences;      /* operator -> how many layers it has */
    GPtrArray *known;             /* struct tensor *, by value number: contents found while lowering; NULL: not asked for */
};

struct op_node {
    struct lowering *lowering;
    const Onnx__NodeProto *proto;
    const struct operator *operator;
    const char *name; /* for messages */
    int opset;
    GArray *inputs;  /* int, value numbers */
    GArray *outputs; /* int */
    char *kernel;
    void *params;
    size_t params_size;
    gboolean has_space;
    int space_rank;
    int64_t space[MAX_RANK];
    GPtrArray *kept; /* what accessors hand out */
};

/* The content of a value while lowering; the tensor belongs to the lowering. */
const struct tensor *lowering_content(struct lowering *lowering, int value, GError **error);
int lowering_add_value(struct lowering *lowering, const char *name);

/* Runs a layer's native kernel once over whole tensors; contents of its inputs must be known. */
gboolean lowering_evaluate(struct lowering *lowering, const struct layer *layer, GError **error);

#endif
