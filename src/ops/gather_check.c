#include "ops/gather.h"

static gboolean check_content(struct op_node *node, int axis, GError **error)
{
    const struct tensor *indices = op_constant(node, 1, error);
    int64_t extent = op_input(node, 0)->dims[axis];

    if (!indices)
        return FALSE;
    for (size_t i = 0; i < indices->count; i++) {
        int64_t index = indices->type == ELEMENT_INT64 ? ((int64_t *)indices->data)[i] : ((int32_t *)indices->data)[i];

        if (index < -extent || index >= extent)
            return op_error(node, error,
                            "index %" G_GINT64_FORMAT " (element %" G_GSIZE_FORMAT
                            " of '%s') is out of range: axis %d of "
                            "'%s' has %" G_GINT64_FORMAT " elements",
                            index, i, op_input(node, 1)->name, axis, op_input(node, 0)->name, extent);
    }
    return TRUE;
}

gboolean gather_check(struct op_node *node, int axis, GError **error)
{
    const struct value *x = op_input(node, 0), *indices = op_input(node, 1);
    gboolean none = FALSE;

    if (indices->type != ELEMENT_INT32 && indices->type != ELEMENT_INT64)
        return op_error(node, error, "the indices '%s' are %s, they must be int32 or int64", indices->name,
                        element_name(indices->type));
    if (op_is_constant(node, 1))
        return check_content(node, axis, error);
    for (int d = 0; d < indices->rank; d++)
        none |= indices->dims[d] == 0;
    return none || x->dims[axis] > 0 ||
           op_error(node, error, "axis %d of '%s' has no elements to gather", axis, x->name);
}
