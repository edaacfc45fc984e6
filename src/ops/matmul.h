/* Shared by Gemm and MatMul. */
#ifndef LLTFI_OPS_MATMUL_H
#define LLTFI_OPS_MATMUL_H

#include "kernels/matmul.h"
#include "kernels/resume.h"
#include "ops/ops.h"

/* Lays out a constant second matrix in vectors of columns (kernels/matmul.h), declares the kernel. */
gboolean matmul_kernel(struct op_node *node, struct matmul *p, GError **error);

/* A fault can make a constant infinite or NaN: then no term may be left out, even if its other factor is 0. */
void matmul_doubt_constants(void *params);

/* A product of one row can resume from partial sums of the golden run (operator's `resume` and `first_term`). */
gboolean matmul_resume(const struct layer *layer, void *params, struct resume *resume);
int64_t matmul_first_term(const struct model *model, const struct layer *layer, int input, const struct box *changed);

/* `affected` of the first two inputs: exact, except that several blocks of packed columns change as a whole. */
void matmul_affected(const struct model *model, const struct layer *layer, int input, const struct box *changed,
                     struct box *affected);

/* Index of an element of the second matrix in its packed form. */
int64_t matmul_place(const struct layer *layer, int input, int64_t element);

#endif
