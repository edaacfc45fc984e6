/* The ONNX frontend's insides: a parsed file, and a node while it is lowered. */
#ifndef LLTFI_FRONTEND_ONNX_ONNX_H
#define LLTFI_FRONTEND_ONNX_ONNX_H

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

/* A new tensor from a TensorProto; external data is read from `folder` (NULL: there is none). `what` names it in
 * messages. */
struct tensor *tensor_from_proto(const Onnx__TensorProto *proto, const char *folder, const char *what, GError **error);

/* Whether a file's messages are well formed as far as their lengths go and nest no deeper than a model's may. */
gboolean model_nests_sanely(const guint8 *data, size_t size);

/* The bytes of a tensor that are kept outside its file; `size` of them unless the tensor gives their length. */
GBytes *external_data(const Onnx__TensorProto *proto, const char *folder, size_t size, GError **error);

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
    GHashTable *names;            /* layer name -> how many layers asked for it */
    GHashTable *occurrences;      /* operator -> how many layers it has */
    GHashTable *extents;          /* symbolic dimension -> int64_t *, what it is bound to */
    GPtrArray *known;             /* struct tensor *, by value number: contents of values that are no constants; NULL:
                                     not asked for yet */
    size_t total;                 /* bytes of all values so far */
    size_t evaluated;             /* bytes of what was computed while lowering */
};

struct op_node {
    struct lowering *lowering;
    const Onnx__NodeProto *proto;
    const struct operator* operator;
    int opset;
    GArray *inputs;  /* int, value numbers; -1: absent */
    GArray *outputs; /* int */
    char *kernel;
    void *params;
    size_t params_size;
    gboolean has_space;
    int space_rank; /* of output 0 until the operator gives another */
    int64_t space[MAX_RANK];
    GPtrArray *kept; /* what accessors hand out */
};

/* "node 'conv1'", or "the unnamed node that computes 'y'". The caller frees. */
char *node_label(const Onnx__NodeProto *node);

/* The operator type as messages show it, with its domain if that is not ONNX's own. The caller frees. */
char *node_type(const Onnx__NodeProto *node);

/* Lists every operator of the graph that is not supported in one error. */
gboolean check_operators(const struct onnx_model *onnx, GError **error);

/* Attributes, numbers of inputs and outputs, opset: whether the node is one that its operator allows. */
gboolean check_node(const struct op_node *node, GError **error);

/* Declares the graph's inputs; `dims` as for onnx_lower. */
gboolean lowering_bind_inputs(struct lowering *lowering, const GPtrArray *dims, GError **error);

/* What the file says of an input, output or other value; error where that is no tensor. */
gboolean port_from_proto(const char *path, const Onnx__ValueInfoProto *info, struct onnx_port *port, GError **error);

/* "float batchx1x28x28". The caller frees. */
char *port_to_string(const struct onnx_port *port);

/* A new value; an empty name is made up. */
int lowering_add_value(struct lowering *lowering, const char *name);
int lowering_add_constant(struct lowering *lowering, const char *name, struct tensor *tensor);

/* The number of a named value, -1 where there is none yet. */
int lowering_find(const struct lowering *lowering, const char *name);

/* Gives a value its type and shape; error where all values together grow too large. */
gboolean lowering_shape_value(struct lowering *lowering, int number, enum element type, int rank, const int64_t *dims,
                              GError **error);

/* The initializers become constants. */
gboolean lowering_add_initializers(struct lowering *lowering, GError **error);

/* Frees constants that no layer reads (those that were folded away): they take no memory in the runs. */
void lowering_drop_unused(struct lowering *lowering);

/* The graph's nodes (unsigned) so that each follows those it reads from, in the file's order where that allows it. NULL
 * with an error that names the nodes of a cycle, and for a value that is given twice. */
GArray *order_nodes(const struct lowering *lowering, GError **error);

/* What its operator made of a node becomes constants, or a layer with a name and a number. */
gboolean lowering_close_node(struct op_node *node, GError **error);

/* The graph's outputs: they must be of the type and shape that the file declares. */
gboolean lowering_add_outputs(struct lowering *lowering, GError **error);

/* A notice for every other value that the file declares otherwise than the nodes give it. */
void lowering_check_hints(struct lowering *lowering);

/* The content of a value while lowering; the tensor belongs to the lowering. */
const struct tensor *lowering_content(struct lowering *lowering, int value, GError **error);

/* Whether the layer reads only constants and is small enough to be computed now. */
gboolean lowering_can_fold(const struct lowering *lowering, const struct layer *layer);

/* Computes the layer now: its outputs become constants. */
gboolean lowering_fold(struct lowering *lowering, const struct layer *layer, GError **error);

#endif
