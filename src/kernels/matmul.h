/*
 * Matrix products: y[..][m][n] = alpha * (sum over k of a[..][m][k] * b[..][k][n]) + beta * c[m][n], k in order. MatMul
 * has batches and neither alpha, beta nor c.
 *
 * A constant b without batches is packed in blocks of `lanes` columns, as many as a tile of the fast form has: block,
 * k, lane. Lanes after the last column are 0.
 */
#ifndef LLTFI_KERNELS_MATMUL_H
#define LLTFI_KERNELS_MATMUL_H

#include "base/box.h"

/* The largest depth for which the fast form lists the k for which a is not 0. */
#define MATMUL_SPARSE_DEPTH 32768

/* Vectors of sums that the fast form keeps in registers. */
#define MATMUL_TILE 24

struct matmul {
    int batches;                                  /* batch dimensions: the first ones of the space */
    int row_dimension, column_dimension;          /* of the space; -1: there is one row (column) */
    int64_t a_batch[MAX_RANK], b_batch[MAX_RANK]; /* strides: 0 where broadcast */
    int64_t y_batch[MAX_RANK];
    int64_t rows, columns, depth;
    int a_transposed, b_transposed; /* Gemm: the strides say it too */
    int64_t a_row, a_depth;         /* strides */
    int64_t b_depth, b_column;
    int64_t c_row, c_column;
    int64_t lanes; /* 0: b as ONNX has it */
    int added;     /* there is a c */
    int scaled;    /* alpha is not 1 */
    int weighted;  /* beta is not 1 */
    double alpha, beta;
    int tile_rows, tile_vectors; /* of the fast form: at most MATMUL_TILE together */
    int64_t stretch;             /* a product of one row can resume at multiples of it (resume.h); 0: never */
    int resume;                  /* index of the fast form's input with the struct resume; 0: none */
    int sparse;                  /* one row times finite numbers: terms in which a is 0 change no sum */
};

#endif
