/* The insides of lower/: a model and a node while they are lowered. */
#ifndef LLTFI_LOWER_LOWERING_H
#define LLTFI_LOWER_LOWERING_H

#include "lower/lower.h"

/* A model while its nodes are lowered one after the other. */
struct lowering {
    const struct node_graph *graph;
    struct model *model;
    struct tensor *const *inputs; /* of the graph, may be NULL */
    GHashTable *numbers;          /* value name -> its number + 1 */
    GHashTable *names;            /* layer name -> how many layers wanted it */
    GHashTable *occurrences;      /* operator -> how many layers it has */
    GHashTable *extents;          /* symbolic dimension -> int64_t *, what it is bound to */
    GPtrArray *known;             /* struct tensor *, by value number: contents of values that are not constants; NULL:
                                     not needed so far */
    size_t total;                 /* bytes of all values so far */
    size_t evaluated;             /* bytes of what was computed while lowering */
};

struct op_node {
    struct lowering *lowering;
    const struct node *node;
    const struct operator* operator;
    GArray *inputs;  /* int, value numbers; -1: absent */
    GArray *outputs; /* int */
    char *kernel;
    void *params;
    size_t params_size;
    gboolean has_space;
    int space_rank; /* of output 0 until the operator gives another */
    int64_t space[MAX_RANK];
};

/* Lists every operator of the graph that is not supported in one error. */
gboolean check_operators(const struct node_graph *graph, GError **error);

/* Attributes, numbers of inputs and outputs, opset: whether the node is one that its operator allows. */
gboolean check_node(const struct op_node *node, GError **error);

/* Declares the graph's inputs; `dims` as for lower_graph. */
gboolean lowering_bind_inputs(struct lowering *lowering, const GPtrArray *dims, GError **error);

/* A new value; an empty name is made up. */
int lowering_add_value(struct lowering *lowering, const char *name);
/* Takes the tensor. */
int lowering_add_constant(struct lowering *lowering, const char *name, struct tensor *tensor);

/* The number of a named value, -1 where there is none yet. */
int lowering_find(const struct lowering *lowering, const char *name);

/* Gives a value its type and shape; error where all values together grow too large. */
gboolean lowering_shape_value(struct lowering *lowering, int number, enum element type, int rank, const int64_t *dims,
                              GError **error);

/* Frees constants that no layer reads (those that were folded away): they take no memory in the runs. */
void lowering_drop_unused(struct lowering *lowering);

/* The graph's nodes (unsigned) so that each follows those it reads from, in the file's order where that allows it. NULL
 * with an error that names the nodes of a cycle, and for a value that is given twice. */
GArray *order_nodes(const struct lowering *lowering, GError **error);

/* What its operator made of a node becomes constants, or a layer with a name and a number. */
gboolean lowering_close_node(struct op_node *node, GError **error);

/* The graph's outputs: they must be of the type and shape that the file declares. */
gboolean lowering_add_outputs(struct lowering *lowering, GError **error);

/* Adds a notice for each hint of the file that differs from what the nodes give. */
void lowering_check_hints(struct lowering *lowering);

/* The content of a value while lowering; the tensor belongs to the lowering. */
const struct tensor *lowering_content(struct lowering *lowering, int value, GError **error);

/* Whether the layer reads only constants and is small enough to be computed now. */
gboolean lowering_can_fold(const struct lowering *lowering, const struct layer *layer);

/* Computes the layer now: its outputs become constants. */
gboolean lowering_fold(struct lowering *lowering, const struct layer *layer, GError **error);

#endif
