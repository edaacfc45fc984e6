/* Element types of several inputs. */
#ifndef LLTFI_OPS_TYPES_H
#define LLTFI_OPS_TYPES_H

#include "ops/ops.h"

/* Whether all inputs that are there have the element type of input 0; error otherwise. */
gboolean same_types(const struct op_node *node, GError **error);

#endif
