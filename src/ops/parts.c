#include "ops/parts.h"

#include "ops/copy.h"

struct parts *parts_new(int rank, const int64_t *dims, int axis, int count, const int64_t *extents, size_t *size)
{
    struct parts *parts;

    *size = sizeof(*parts) + (size_t)(count + 1) * sizeof(parts->begin[0]);
    parts = g_malloc0(*size);
    parts->rank = rank;
    parts->axis = axis;
    parts->count = count;
    dense_strides(rank, dims, parts->whole);
    for (int k = 0; k < count; k++)
        parts->begin[k + 1] = parts->begin[k] + extents[k];
    return parts;
}
