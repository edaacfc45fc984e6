/* Integers that older opsets give as an attribute and newer ones as an input. */
#ifndef LLTFI_OPS_GIVEN_H
#define LLTFI_OPS_GIVEN_H

#include "ops/ops.h"

/* The attribute (NULL: in no opset is it one), or else the content of input `input`; a new array, NULL if the node has
 * neither. Free with g_free. */
gboolean given_ints(struct op_node *node, const char *attribute, int input, int64_t **values, size_t *count,
                    GError **error);

/* The same as axes of a tensor of this rank: in 0..rank-1, each at most once. */
gboolean given_axes(struct op_node *node, const char *attribute, int input, int rank, int64_t **axes, size_t *count,
                    GError **error);

/* The number of elements of a shape that the node gives; error if it is negative, of too high a rank or too large. */
gboolean given_shape_count(const struct op_node *node, enum element type, size_t rank, const int64_t *dims,
                           size_t *count, GError **error);

#endif
