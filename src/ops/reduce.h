/* The tool's half of reductions: which axes are kept, and where their elements are (kernels/reduce.h). */
#ifndef LLTFI_OPS_REDUCE_H
#define LLTFI_OPS_REDUCE_H

#include "kernels/reduce.h"
#include "ops/ops.h"

/* Lays out the reduction of x over the axes of the bit set `reduced`; the output's shape is p's space. */
void reduce_lay_out(struct reduce *p, const struct value *x, unsigned reduced, gboolean keepdims);

/* All of a Reduce operator: from `axes_opset` on the axes are input 1, before that an attribute. */
gboolean lower_reduce(struct op_node *node, const char *stem, int axes_opset, GError **error);

/* All of ArgMax and ArgMin. */
gboolean lower_argument(struct op_node *node, const char *stem, GError **error);

/* The changed box, projected on the kept axes. */
void reduce_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected);

extern const struct attribute reduce_attributes[], argument_attributes[];

#define REDUCE_OPERATOR(name, stem, types, axes_opset)          \
    static gboolean lower(struct op_node *node, GError **error) \
    {                                                           \
        return lower_reduce(node, #stem, axes_opset, error);    \
    }                                                           \
                                                                \
    const struct operator operator_##name = {                   \
        .type = #name,                                          \
        .first_opset = OLDEST_OPSET,                            \
        .elements = (types),                                    \
        .min_inputs = 1,                                        \
        .max_inputs = 2,                                        \
        .min_outputs = 1,                                       \
        .max_outputs = 1,                                       \
        .attributes = reduce_attributes,                        \
        .lower = lower,                                         \
        .affected = reduce_affected,                            \
    };
#define ARGUMENT_OPERATOR(name, stem)                           \
    static gboolean lower(struct op_node *node, GError **error) \
    {                                                           \
        return lower_argument(node, #stem, error);              \
    }                                                           \
                                                                \
    const struct operator operator_##name = {                   \
        .type = #name,                                          \
        .first_opset = OLDEST_OPSET,                            \
        .elements = ELEMENTS_NUMERIC,                           \
        .min_inputs = 1,                                        \
        .max_inputs = 1,                                        \
        .min_outputs = 1,                                       \
        .max_outputs = 1,                                       \
        .attributes = argument_attributes,                      \
        .lower = lower,                                         \
        .affected = reduce_affected,                            \
    };

/* Element types of ONNX's sums, products and means. */
#define REDUCE_WIDE                                                                                              \
    (ELEMENTS_FLOATING | ELEMENT_BIT(ELEMENT_INT32) | ELEMENT_BIT(ELEMENT_INT64) | ELEMENT_BIT(ELEMENT_UINT32) | \
     ELEMENT_BIT(ELEMENT_UINT64))

#endif
