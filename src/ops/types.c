#include "ops/types.h"

gboolean same_types(const struct op_node *node, GError **error)
{
    const struct value *first = op_input(node, 0);

    for (int i = 1; i < op_input_count(node); i++) {
        const struct value *other = op_input(node, i);

        if (other && other->type != first->type)
            return op_error(node, error, "inputs '%s' and '%s' must have one element type, but have %s and %s",
                            first->name, other->name, element_name(first->type), element_name(other->type));
    }
    return TRUE;
}
