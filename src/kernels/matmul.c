#define KERNEL_FILE "matmul.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int32 | TYPE_int64 | TYPE_uint32 | TYPE_uint64)
#include "kernel.h"

#include "matmul.h"
#include "resume.h"
#include "value.h"

#ifdef T

/* Integers wrap around. */
#if T_FLOATING
#define PLUS(a, b) ((a) + (b))
#define TIMES(a, b) ((a) * (b))
#else
#define PLUS(a, b) ((ACC)((uint64_t)(a) + (uint64_t)(b)))
#define TIMES(a, b) ((ACC)((uint64_t)(a) * (uint64_t)(b)))
#endif

struct NAME(matrices) {
    const T *restrict a, *restrict b, *restrict c;
    T *restrict y;
    const struct resume *resume; /* NULL: all terms */
};

INLINE ACC NAME(scale)(double factor, ACC value)
{
#if T_FLOATING
    return (ACC)factor * value;
#else
    return TIMES((int64_t)factor, value);
#endif
}

/* From the sum of products to the output element. */
INLINE T NAME(finish)(const struct matmul *p, const T *restrict c, ACC sum, int64_t row, int64_t column)
{
    if (p->scaled)
        sum = NAME(scale)(p->alpha, sum);
    if (p->added) {
        ACC addend = WIDEN(c[row * p->c_row + column * p->c_column]);

        sum = PLUS(sum, p->weighted ? NAME(scale)(p->beta, addend) : addend);
    }
    return NARROW(sum);
}

INLINE void NAME(multiply)(const struct matmul *p, const struct NAME(matrices) * s, int64_t row, int64_t column)
{
    const T *restrict a = s->a + row * p->a_row, *restrict b = s->b + column * p->b_column;
    int64_t step = p->b_depth;
    ACC sum = 0;

    if (p->lanes) {
        b = s->b + column / p->lanes * p->depth * p->lanes + column % p->lanes;
        step = p->lanes;
    }
    for (int64_t k = 0; k < p->depth; k++)
        sum = PLUS(sum, TIMES(WIDEN(a[k * p->a_depth]), WIDEN(b[k * step])));
    s->y[row * p->columns + column] = NAME(finish)(p, s->c, sum, row, column);
}

struct NAME(part) {
    int64_t row, row_end, column, column_end;
};

/* A part of one matrix, element by element. */
INLINE void NAME(multiply_part)(const struct matmul *p, const struct NAME(matrices) * s, const struct NAME(part) * part)
{
    for (int64_t row = part->row; row < part->row_end; row++)
        for (int64_t column = part->column; column < part->column_end; column++)
            NAME(multiply)(p, s, row, column);
}

#if FAST && T_FLOATING
#include "matmul_fast.h"
#endif

ENTRY(matmul, struct matmul)
{
    int64_t row_dimension = p->row_dimension < 0 ? 0 : p->row_dimension;
    int64_t column_dimension = p->column_dimension < 0 ? 0 : p->column_dimension;
    struct NAME(part)
        part = { p->row_dimension < 0 ? 0 : box->lo[row_dimension], p->row_dimension < 0 ? 1 : box->hi[row_dimension],
                 p->column_dimension < 0 ? 0 : box->lo[column_dimension],
                 p->column_dimension < 0 ? 1 : box->hi[column_dimension] };
    int64_t batches = 1;

    UNROLL
    for (int d = 0; d < p->batches; d++)
        batches *= box->hi[d] - box->lo[d];
    for (int64_t batch = 0; batch < batches; batch++) {
        struct NAME(matrices) s = { in[0], in[1], p->added ? in[2] : NULL, out[0], p->resume ? in[p->resume] : NULL };
        int64_t rest = batch;

        UNROLL
        for (int d = p->batches - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], i = box->lo[d] + rest % extent;

            s.a += i * p->a_batch[d];
            s.b += i * p->b_batch[d];
            s.y += i * p->y_batch[d];
            rest /= extent;
        }
#if FAST && T_FLOATING
        if ((p->lanes || p->b_column == 1) && part.column_end - part.column > 1)
            NAME(multiply_tiles)(p, &s, &part);
        else
#endif
            NAME(multiply_part)(p, &s, &part);
    }
}

#undef PLUS
#undef TIMES
#endif
