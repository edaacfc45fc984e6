/* Shared by the operators that take every element of their output from one element of an input. */
#ifndef LLTFI_OPS_COPY_H
#define LLTFI_OPS_COPY_H

#include "ops/ops.h"

#include "kernels/copy.h"

/* Row-major strides of a shape. */
void dense_strides(int rank, const int64_t *dims, int64_t *strides);

/* A copy to an output of these extents that follows no dimension of the input yet. */
struct copy copy_to(int rank, const int64_t *dims);

/* Dimension d of the space follows the input's dimension `axis`: index i takes index begin + i * step. */
void copy_follow(struct copy *copy, int d, const int64_t *strides, int axis, int64_t begin, int64_t step);

/* All dimensions follow those of the input at the same place: shapes are equal. */
struct copy copy_same(int rank, const int64_t *dims);

/* Output 0 gets the input's element type and these extents, and the kernel copy_bits<width>. */
gboolean copy_lower(struct op_node *node, int rank, const int64_t *dims, const struct copy *copy, GError **error);

/* The same where the elements keep their linear order. */
gboolean reshape_lower(struct op_node *node, int rank, const int64_t *dims, GError **error);

/* `affected` of layers whose parameter struct begins with a struct copy: exact. Other inputs than 0 reach everything.
 */
void copy_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                   struct box *affected);

/* The range of one dimension of the space that takes its elements from lo..hi-1 of the input's. */
void copy_range(const struct copy *copy, int d, int64_t extent, int64_t *lo, int64_t *hi);

/* `affected` of layers that keep the linear order of input 0. */
void reshape_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                      struct box *affected);

#endif
