/*
 * The fast form of a matrix product: tiles of rows by vectors of columns. No guard: it is included once a type.
 */
#include "vector.h"

/* Where the column's vectors begin, and how far apart depths and neighbouring vectors lie. */
INLINE const T *NAME(vectors_of)(const struct matmul *p, const struct NAME(matrices) * s, int64_t column)
{
    return s->b + (p->lanes ? column * p->depth : column);
}

/* Columns first..last-1 of the part are stored: `column` is where the tile's first vector begins. */
INLINE void NAME(tile)(const struct matmul *p, const struct NAME(matrices) * s, const struct NAME(part) * part,
                       int rows, int vectors, int64_t row, int64_t column)
{
    int64_t depth_step = p->lanes ? LANES : p->b_depth, vector_step = p->lanes ? p->depth * LANES : LANES;
    int64_t first = part->column > column ? part->column : column;
    int64_t last = part->column_end - column < vectors * LANES ? part->column_end : column + vectors * LANES;
    const T *restrict a = s->a + row * p->a_row, *restrict b = NAME(vectors_of)(p, s, column);
    /* the copy has its address taken, so that acc can be registers */
    NAME(vector) acc[MATMUL_TILE], sums[MATMUL_TILE];

    UNROLL
    for (int i = 0; i < rows * vectors; i++)
        acc[i] = (NAME(vector)){ 0 };
    for (int64_t k = 0; k < p->depth; k++) {
        UNROLL
        for (int i = 0; i < rows; i++) {
            ACC left = WIDEN(a[i * p->a_row + k * p->a_depth]);

            UNROLL
            for (int j = 0; j < vectors; j++)
                acc[i * vectors + j] += NAME(load)(b + k * depth_step + j * vector_step) * left;
        }
    }
    UNROLL
    for (int i = 0; i < rows * vectors; i++)
        sums[i] = acc[i];
    for (int i = 0; i < rows; i++)
        for (int64_t n = first; n < last; n++)
            s->y[(row + i) * p->columns + n] =
                NAME(finish)(p, s->c, ((const ACC *)(sums + i * vectors))[n - column], row + i, n);
}

INLINE void NAME(tile_rows)(const struct matmul *p, const struct NAME(matrices) * s, const struct NAME(part) * part,
                            int vectors, int64_t column)
{
    int64_t row = part->row;

    for (; part->row_end - row >= p->tile_rows; row += p->tile_rows)
        NAME(tile)(p, s, part, p->tile_rows, vectors, row, column);
    if (p->tile_rows > 1)
        for (; row < part->row_end; row++)
            NAME(tile)(p, s, part, 1, vectors, row, column);
}

/* A part of one matrix. Vectors of packed columns begin at multiples of LANES. */
INLINE void NAME(multiply_tiles)(const struct matmul *p, const struct NAME(matrices) * s,
                                 const struct NAME(part) * part)
{
    int64_t column = p->lanes ? part->column / LANES * LANES : part->column;
    int64_t wide = p->tile_vectors * LANES;

    for (; part->column_end - column > wide - LANES; column += wide)
        NAME(tile_rows)(p, s, part, p->tile_vectors, column);
    if (p->tile_vectors > 1)
        for (; column < part->column_end; column += LANES)
            NAME(tile_rows)(p, s, part, 1, column);
}
