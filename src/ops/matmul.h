/* What Gemm and MatMul share. */
#ifndef LLTFI_OPS_MATMUL_H
#define LLTFI_OPS_MATMUL_H

#include "kernels/matmul.h"
#include "kernels/resume.h"
#include "ops/ops.h"

/* Lays out a constant second matrix in vectors of columns (kernels/matmul.h), declares the kernel. */
gboolean matmul_kernel(struct op_node *node, struct matmul *p, GError **error);

/* Products with what may be infinite or NaN have all their terms. */
void matmul_doubt_constants(void *params);

/* A product of one row goes on from golden sums (operator's `resume` and `first_term`). */
gboolean matmul_resume(const struct layer *layer, void *params, struct resume *resume);
int64_t matmul_first_term(const struct model *model, const struct layer *layer, int input, const struct box *changed);

/* `affected` of the first two inputs: exact, except that several blocks of packed columns change as a whole. */
void matmul_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected);

/* Where an element of the second matrix lies in its packed form. */
int64_t matmul_place(const struct layer *layer, int input, int64_t element);

#endif
