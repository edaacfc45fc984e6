#include "ops/given.h"

#include <string.h>

/* NULL says that an array is absent, so one without elements takes some memory too. */
static int64_t *copy_ints(const int64_t *values, size_t count)
{
    int64_t *copy = g_new0(int64_t, count + 1);

    if (count)
        memcpy(copy, values, count * sizeof(*copy));
    return copy;
}

gboolean given_ints(struct op_node *node, const char *attribute, int input, int64_t **values, size_t *count,
                    GError **error)
{
    GError *problem = NULL;
    g_autofree int64_t *content = NULL;

    *values = NULL;
    *count = 0;
    if (attribute && op_has_attribute(node, attribute)) {
        const int64_t *list = op_ints(node, attribute, count);

        *values = copy_ints(list, *count);
        return TRUE;
    }
    if (!op_input(node, input))
        return TRUE;
    content = op_constant_ints(node, input, count, &problem);
    if (problem) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    *values = copy_ints(content, *count);
    return TRUE;
}

gboolean given_axes(struct op_node *node, const char *attribute, int input, int rank, int64_t **axes, size_t *count,
                    GError **error)
{
    unsigned seen = 0;

    if (!given_ints(node, attribute, input, axes, count, error))
        return FALSE;
    for (size_t i = 0; i < *count; i++) {
        int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + rank : (*axes)[i];

        if (axis >= 0 && axis < rank && !(seen >> axis & 1)) {
            seen |= 1u << axis;
            (*axes)[i] = axis;
            continue;
        }
        op_error(node, error, "axis %" G_GINT64_FORMAT " %s; the rank allows %d to %d, each once", (*axes)[i],
                 axis >= 0 && axis < rank ? "is given twice" : "is out of range", -rank, rank - 1);
        g_clear_pointer(axes, g_free);
        return FALSE;
    }
    return TRUE;
}

gboolean given_shape_count(const struct op_node *node, enum element type, size_t rank, const int64_t *dims,
                           size_t *count, GError **error)
{
    g_autoptr(GError) problem = NULL;
    size_t size;

    if (rank > MAX_RANK)
        return op_error(node, error, "the shape has rank %" G_GSIZE_FORMAT ", at most %d is supported", rank, MAX_RANK);
    return tensor_measure(type, (int)rank, dims, count, &size, &problem) ||
           op_error(node, error, "%s", problem->message);
}
