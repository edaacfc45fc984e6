/*
 * The tool's half of operators that compute each output element from the input elements at the same (broadcast)
 * place, and the layout that their kernels read (kernels/elementwise.h).
 */
#ifndef LLTFI_OPS_ELEMENTWISE_H
#define LLTFI_OPS_ELEMENTWISE_H

#include "kernels/elementwise.h"
#include "ops/ops.h"

/* Strides of the output, and the runs: `space` has its rank and dims, the operands have their strides. */
void space_lay_out(struct space *space, struct operand *operands, int n);

/* The layout of all inputs, each of which can be broadcast to these dims. Absent ones are ignored. */
struct elementwise *elementwise_new(const struct op_node *node, int rank, const int64_t *dims);

/* Declares output 0 of the layout's shape and the kernel. Takes the parameters. */
gboolean elementwise_finish(struct op_node *node, struct elementwise *p, const char *stem, enum element type,
                            enum element output, GError **error);

/* All of an operator whose inputs and output are of one type: `stem` with the formula's two attributes. */
gboolean lower_formula(struct op_node *node, const char *stem, double alpha, double beta, GError **error);

/* The same for an output of type bool. */
gboolean lower_comparison(struct op_node *node, const char *stem, GError **error);

/* Checks that inputs first.. are of one type, and that the operator takes it. */
gboolean op_check_same_type(const struct op_node *node, int first, GError **error);

/* An operator without attributes, all of it: the row that operators.def names. */
#define ELEMENTWISE_OPERATOR(name, stem, opset, types, least, most, lowering) \
    static gboolean lower(struct op_node *node, GError **error)               \
    {                                                                         \
        return lowering;                                                      \
    }                                                                         \
                                                                              \
    const struct operator operator_##name = {                                 \
        .type = #name,                                                        \
        .first_opset = (opset),                                               \
        .elements = (types),                                                  \
        .min_inputs = (least),                                                \
        .max_inputs = (most),                                                 \
        .min_outputs = 1,                                                     \
        .max_outputs = 1,                                                     \
        .lower = lower,                                                       \
    };
#define FORMULA_OPERATOR(name, stem, opset, types, inputs) \
    ELEMENTWISE_OPERATOR(name, stem, opset, types, inputs, inputs, lower_formula(node, #stem, 0, 0, error))
#define COMPARISON_OPERATOR(name, stem, opset, types, inputs) \
    ELEMENTWISE_OPERATOR(name, stem, opset, types, inputs, inputs, lower_comparison(node, #stem, error))

#endif
