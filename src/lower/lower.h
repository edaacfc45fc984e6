/*
 * Nodes to a model: what an importer reads from a file, in any format, and what becomes of it.
 *
 * An importer fills a struct node_graph; lower_graph() checks its nodes, orders them, computes what is constant and
 * lets every node's operator (ops/ops.h) make a layer. Worked example, Flatten of a 2x3x4 input:
 *
 *     g_autoptr(node_graph_t) graph = node_graph_new("model.onnx");
 *     struct node *node = node_graph_add_node(graph, "flat", "Flatten", 17);
 *
 *     node_graph_add_port(graph->inputs, "x", ELEMENT_FLOAT, 3, (const int64_t[]){ 2, 3, 4 });
 *     node_graph_add_port(graph->outputs, "y", ELEMENT_FLOAT, -1, NULL);
 *     node_add_input(node, "x");
 *     node_add_output(node, "y");
 *     node_add_attribute(node, "axis", ATTRIBUTE_INT)->integer = 1;
 *     model = lower_graph(graph, NULL, NULL, error);
 */
#ifndef LLTFI_LOWER_LOWER_H
#define LLTFI_LOWER_LOWER_H

#include "ops/ops.h"

/* The values of one attribute. Text, lists and tensor are owned. */
struct node_attribute {
    char *name;
    enum attribute_kind kind;
    char *reference; /* the parameter of a function that gives the value; NULL: the value is here */
    size_t count;    /* length of a list */
    union {
        int64_t integer;
        double real;
        char *string;
        struct tensor *tensor; /* may be NULL: the file gives none */
        int64_t *integers;
        float *reals;
        char **strings; /* ends with NULL */
    };
};

/* A node as the file has it. Values are known by their names; an optional value that is absent has the name "". */
struct node {
    char *name;            /* "" where it has none */
    char *type;            /* "Conv" */
    char *domain;          /* of the operator, "" for ONNX's own */
    int opset;             /* version of the domain */
    GPtrArray *inputs;     /* char * */
    GPtrArray *outputs;    /* char * */
    GPtrArray *attributes; /* struct node_attribute * */
};

/* What the file says about an input, an output or another value. */
struct port {
    char *name;
    enum element type;       /* ELEMENT_UNDEFINED: not given */
    int rank;                /* -1: not given */
    int64_t dims[MAX_RANK];  /* -1: symbolic */
    char *symbols[MAX_RANK]; /* names of symbolic dimensions; NULL: it has none */
};

/* A tensor with a name: a weight. */
struct node_constant {
    char *name;
    struct tensor *tensor;
};

/* Nodes, and the values that come in and go out: a whole model. */
struct node_graph {
    char *path;           /* the file, for messages and debug locations */
    GPtrArray *nodes;     /* struct node *, in any order */
    GPtrArray *inputs;    /* struct port *: values that a run must give */
    GPtrArray *outputs;   /* struct port * */
    GPtrArray *hints;     /* struct port *: what the file says about other values, possibly wrong */
    GPtrArray *constants; /* struct node_constant * */
    GPtrArray *functions; /* char *, "domain.name": operators that the file defines itself; they are not supported */
    GPtrArray *notices;   /* char *: what the user should know about the file */
    size_t total;         /* bytes of all tensors */
};

/* An empty graph; it owns what is added to it. `path` is copied. */
struct node_graph *node_graph_new(const char *path);
void node_graph_free(struct node_graph *graph);
typedef struct node_graph node_graph_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(node_graph_t, node_graph_free)

/* A new node of the default domain without inputs, outputs and attributes. All text is copied. */
struct node *node_graph_add_node(struct node_graph *graph, const char *name, const char *type, int opset);
void node_add_input(struct node *node, const char *value);
void node_add_output(struct node *node, const char *value);

/* A new attribute for the caller to fill; its value is 0, its list empty. */
struct node_attribute *node_add_attribute(struct node *node, const char *name, enum attribute_kind kind);

/* A new port at the end of a graph's inputs, outputs or hints; `dims` may be NULL where the rank is 0 or less. */
struct port *node_graph_add_port(GPtrArray *ports, const char *name, enum element type, int rank, const int64_t *dims);

/* Takes the tensor. FALSE with an error if all tensors of the graph together are too large. */
gboolean node_graph_add_constant(struct node_graph *graph, const char *name, struct tensor *tensor, GError **error);

/* Counts the tensor of an attribute; FALSE with an error if all tensors of the graph together are too large. */
gboolean node_graph_count(struct node_graph *graph, const struct tensor *tensor, GError **error);

/* "node 'conv1'", or "the unnamed node that computes 'y'". The caller frees. */
char *node_label(const struct node *node);

/* The operator's type as messages show it, with its domain if that is not ONNX's own. The caller frees. */
char *node_type(const struct node *node);

/* Puts "node 'conv1' (Conv, opset 13): " in front of an error. Returns FALSE. */
gboolean node_prefix_error(const struct node *node, GError **error);

/* "float batchx1x28x28". The caller frees. */
char *port_to_string(const struct port *port);

/* Input i of a graph. */
static inline const struct port *node_graph_input(const struct node_graph *graph, size_t i)
{
    return (const struct port *)graph->inputs->pdata[i];
}

/*
 * Lowers every node: checks, shapes, kernels. `inputs` holds one tensor for each graph input (a NULL, or NULL for all:
 * the shape is taken from the file and `dims`). `dims` holds extents of symbolic dimensions as "name=extent" strings;
 * NULL: none. Unsupported operators are all listed in one error. The graph's tensors are shared with the model.
 */
struct model *lower_graph(const struct node_graph *graph, struct tensor *const *inputs, const GPtrArray *dims,
                          GError **error);

#endif
