#ifndef LLTFI_OPS_GATHER_H
#define LLTFI_OPS_GATHER_H

#include "ops/ops.h"

#include "kernels/gather.h"

/* Indices must be int32 or int64, and in range where they are constants of the model. The axis must have elements
 * where there are indices. */
gboolean gather_check(struct op_node *node, int axis, GError **error);

#endif
