/*
 * The tool's half of the operators: attributes, shapes, element types, and where a change travels.
 *
 * One file an operator (or a family that shares all but its formula) and one row in operators.def. An operator's
 * `lower` reads the node's attributes and its inputs' shapes, declares its outputs and hands over the parameter struct
 * that its kernel (src/kernels/) takes as constants. Worked example, all of Flatten:
 *
 *     static gboolean lower(struct op_node *node, GError **error)
 *     {
 *         const struct value *x = op_input(node, 0);
 *         int64_t given = op_int(node, "axis", 1), axis = given < 0 ? given + x->rank : given, dims[2] = { 1, 1 };
 *
 *         if (axis < 0 || axis > x->rank)
 *             return op_error(node, error, "attribute 'axis' is %" G_GINT64_FORMAT ", but ...", given);
 *         for (int d = 0; d < x->rank; d++)
 *             dims[d >= axis] *= x->dims[d];
 *         if (!op_output(node, 0, x->type, 2, dims, error))
 *             return FALSE;
 *         return op_kernel_copy(node, error);
 *     }
 */
#ifndef LLTFI_OPS_OPS_H
#define LLTFI_OPS_OPS_H

#include "lltfi.h"

/* The newest opset of the default domain whose operators were compared with this table; and the oldest one of which
 * every operator's definition is implemented. */
#define NEWEST_OPSET 25
#define OLDEST_OPSET 7

/* A node while it is lowered. */
struct op_node;

/* What a node's attribute can be. Operators know the first ones; the others are named in messages. */
enum attribute_kind {
    ATTRIBUTE_NONE, /* the file does not say */
    ATTRIBUTE_INT,
    ATTRIBUTE_FLOAT,
    ATTRIBUTE_STRING,
    ATTRIBUTE_TENSOR,
    ATTRIBUTE_INTS,
    ATTRIBUTE_FLOATS,
    ATTRIBUTE_STRINGS,
    ATTRIBUTE_TENSORS,
    ATTRIBUTE_GRAPH,
    ATTRIBUTE_GRAPHS,
    ATTRIBUTE_OTHER
};

/* An attribute that the operator knows. A node that has another one, or one of another kind, is refused. */
struct attribute {
    const char *name; /* NULL ends the table */
    enum attribute_kind kind;
};

struct resume;

struct operator
{
    const char *type;  /* "Conv" */
    int first_opset;   /* oldest opset whose definition is implemented, at least OLDEST_OPSET */
    int last_opset;    /* newest opset in which the operator exists, 0: it still exists */
    unsigned elements; /* element types of the operator's main type variable (set of ELEMENT_BIT) */
    int min_inputs;
    int max_inputs; /* -1: any number */
    int min_outputs;
    int max_outputs;                    /* -1: any number */
    const struct attribute *attributes; /* NULL: none */

    /* Checks the node, declares its outputs and its kernel. */
    gboolean (*lower)(struct op_node *node, GError **error);

    /*
     * The box of the layer's space that can change when the elements of `changed` of input `input` change. It may be
     * larger than needed, never smaller. NULL: element by element, with ONNX broadcasting.
     */
    void (*affected)(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected);

    /* Rounds a box of the space up to whole grains (what the kernel can only compute at once). NULL: one element. */
    void (*grain)(const struct model *model, const struct layer *layer, struct box *box);

    /* The box of output `output` that computing `box` of the space writes. NULL: the same box. */
    void (*produced)(const struct model *model, const struct layer *layer, int output, const struct box *box,
                     struct box *produced);

    /* Index of an element of a constant input in the constant that op_replace_input put in its place; no other element
     * of that constant depends on it. NULL: the new constant is not the input in another layout. */
    int64_t (*place)(const struct layer *layer, int input, int64_t element);

    /* Makes the kernel's parameters valid for any content of the constant inputs, which faults may change. NULL: they
     * are. */
    void (*doubt_constants)(void *params);

    /*
     * Makes the kernel's parameters say that the fast form has a struct resume (kernels/resume.h) as an additional last
     * input, or NULL, and fills in all of it except the sums. FALSE: this layer can't resume. NULL: no layer of the
     * operator can.
     */
    gboolean (*resume)(const struct layer *layer, void *params, struct resume *resume);

    /* With `resume`: the first term of the sums that changes with the elements of `changed` of an input. */
    int64_t (*first_term)(const struct model *model, const struct layer *layer, int input, const struct box *changed);
};

/* All operators, sorted by type; `count` receives their number. */
const struct operator* const * operators(size_t *count);
const struct operator* operator_find(const char *type);

/* `affected`, `grain` and `produced` of a layer, with the defaults for NULL. */
void layer_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                    struct box *affected);
void layer_grain(const struct model *model, const struct layer *layer, struct box *box);
void layer_produced(const struct model *model, const struct layer *layer, int output, const struct box *box,
                    struct box *produced);

/* What a node is made of. The input is NULL where it is optional and absent; rank and type of inputs are always known.
 */
int op_opset(const struct op_node *node);
int op_input_count(const struct op_node *node);
int op_output_count(const struct op_node *node);
const struct value *op_input(const struct op_node *node, int i);
gboolean op_has_output(const struct op_node *node, int i);

/* Attributes: the value, or `otherwise` where the node has none. Strings belong to the node. */
gboolean op_has_attribute(const struct op_node *node, const char *name);
int64_t op_int(const struct op_node *node, const char *name, int64_t otherwise);
double op_float(const struct op_node *node, const char *name, double otherwise);
const char *op_string(const struct op_node *node, const char *name, const char *otherwise);
/* Lists: NULL and *count = 0 where absent; they belong to the node. */
const int64_t *op_ints(const struct op_node *node, const char *name, size_t *count);
const float *op_floats(const struct op_node *node, const char *name, size_t *count);
const char *const *op_strings(const struct op_node *node, const char *name, size_t *count);
/* A TENSOR attribute: a reference that the caller frees. Its content must not be changed. */
struct tensor *op_tensor(const struct op_node *node, const char *name, GError **error);

/* Attribute `name` as an axis in 0..rank-1 (negative ones count from the end), error otherwise. */
gboolean op_axis(const struct op_node *node, const char *name, int64_t otherwise, int rank, int64_t *axis,
                 GError **error);

/*
 * The content of input i now, while lowering: an initializer, or what earlier nodes and the bound graph inputs give
 * (they are then fixed for the campaign). The tensor belongs to the model. Error where it can't be known.
 */
const struct tensor *op_constant(struct op_node *node, int i, GError **error);
/* The same as integers of 64 bits (int32 and int64 tensors of rank 0 or 1). The caller frees with g_free. */
int64_t *op_constant_ints(struct op_node *node, int i, size_t *count, GError **error);
/* Whether input i is a constant of the model. Unlike op_constant it computes nothing and fixes no input. */
gboolean op_is_constant(const struct op_node *node, int i);

/* Declares output i; does nothing if the node does not have it. */
gboolean op_output(struct op_node *node, int i, enum element type, int rank, const int64_t *dims, GError **error);

/* The output is known now: a constant of the model, no kernel. Takes the tensor. */
gboolean op_output_constant(struct op_node *node, int i, struct tensor *tensor, GError **error);

/* A tensor of zeros for such a constant whose size the file's size does not bound: error if it, or all of them
 * together, would be too large. */
struct tensor *op_new_tensor(struct op_node *node, enum element type, int rank, const int64_t *dims, GError **error);

/* The kernel `<stem>_<element name>` with a copy of its parameters. */
gboolean op_kernel(struct op_node *node, const char *stem, enum element type, const void *params, size_t size,
                   GError **error);

/* The kernel of that name ("cast_float_to_int8"), for kernels that differ by more than one element type. */
gboolean op_kernel_symbol(struct op_node *node, const char *symbol, const void *params, size_t size, GError **error);

/* The kernel `<stem>_bits<width>` for elements of this type's size: for operators that move elements without looking
 * at them. */
gboolean op_kernel_bits(struct op_node *node, const char *stem, enum element type, const void *params, size_t size,
                        GError **error);

/* The kernel that copies input 0 to output 0 in linear order, whatever the input's shape: copy_bits<width> with a
 * struct copy for the shape of output 0, which must be declared before. Its `affected` is reshape_affected
 * (ops/copy.h). */
gboolean op_kernel_copy(struct op_node *node, GError **error);

/* The index space that boxes of this layer range over, where it is not the shape of output 0. */
void op_space(struct op_node *node, int rank, const int64_t *dims);

/* Input i of the kernel becomes this constant (weights laid out as the kernel reads them). Takes the tensor. */
void op_replace_input(struct op_node *node, int i, struct tensor *tensor);

/* Sets the error "node 'conv1' (Conv, opset 13): ...". Returns FALSE. */
gboolean op_error(const struct op_node *node, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The numpy broadcast of two shapes into dims (MAX_RANK long); error where they do not fit. */
gboolean op_broadcast(const struct op_node *node, const struct value *a, int *rank, int64_t *dims, GError **error);

/* Whether an element type is in the operator's set; error otherwise. */
gboolean op_check_type(const struct op_node *node, enum element type, GError **error);

/* The box of a whole shape. */
void box_whole(int rank, const int64_t *dims, struct box *box);
gboolean box_is_empty(int rank, const struct box *box);
gboolean box_contains(int rank, const struct box *outer, const struct box *inner);
/* The smallest box that holds both; an empty one adds nothing. */
void box_union(int rank, struct box *box, const struct box *other);

#endif
