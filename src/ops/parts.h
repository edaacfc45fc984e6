/* Concat and Split: a tensor and its parts along an axis. */
#ifndef LLTFI_OPS_PARTS_H
#define LLTFI_OPS_PARTS_H

#include "ops/ops.h"

#include "kernels/parts.h"

/* The parameter struct of a whole of these extents, `count` parts of `extents` along the axis. Free with g_free. */
struct parts *parts_new(int rank, const int64_t *dims, int axis, int count, const int64_t *extents, size_t *size);

#endif
