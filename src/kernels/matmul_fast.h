/*
 * The fast form of a matrix product: tiles of rows by vectors of columns. No guard: it is included once for each type.
 */
#include "vector.h"

/*
 * The terms that are added. A sum begins with +0 and so is never -0: adding a product with 0, which is +0 or -0 if b is
 * finite, does not change it, so such terms may be left out.
 */
struct NAME(terms) {
    int64_t begin, end;
    const int32_t *depths; /* NULL: all between begin and end */
    const ACC *before;     /* sums of one row to start from; NULL: 0 */
    ACC *after;            /* receives the sums; NULL: outputs are computed from them */
};

INLINE NAME(vector) NAME(load_sums)(const ACC *from)
{
    typedef ACC sums __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(ACC))));

    return *(const sums *)from;
}

/* The first element of the column's vector. */
INLINE const T *NAME(vector_of)(const struct matmul *p, const struct NAME(matrices) * s, int64_t column)
{
    return s->b + (p->lanes ? column / p->lanes * p->lanes * p->depth + column % p->lanes : column);
}

/* Columns first..last-1 of the part are stored: `column` is where the tile's first vector begins. */
INLINE void NAME(tile)(const struct matmul *p, const struct NAME(matrices) * s, const struct NAME(terms) * terms,
                       const struct NAME(part) * part, int rows, int vectors, int64_t row, int64_t column)
{
    int64_t depth_step = p->lanes ? p->lanes : p->b_depth;
    int64_t first = part->column > column ? part->column : column;
    int64_t last = part->column_end - column < vectors * LANES ? part->column_end : column + vectors * LANES;
    const T *restrict a = s->a + row * p->a_row, *restrict b = NAME(vector_of)(p, s, column);
    /* the copy has its address taken, so that acc can be registers */
    NAME(vector) acc[MATMUL_TILE], sums[MATMUL_TILE];

    UNROLL
    for (int i = 0; i < rows * vectors; i++)
        acc[i] = terms->before ? NAME(load_sums)(terms->before + column + i * LANES) : (NAME(vector)){ 0 };
    for (int64_t term = terms->begin; term < terms->end; term++) {
        int64_t k = terms->depths ? terms->depths[term] : term;

        UNROLL
        for (int i = 0; i < rows; i++) {
            ACC left = WIDEN(a[i * p->a_row + k * p->a_depth]);

            UNROLL
            for (int j = 0; j < vectors; j++)
                acc[i * vectors + j] += NAME(load)(b + k * depth_step + j * LANES) * left;
        }
    }
    UNROLL
    for (int i = 0; i < rows * vectors; i++)
        sums[i] = acc[i];
    if (terms->after) {
        for (int64_t n = 0; n < vectors * LANES; n++)
            terms->after[column + n] = ((const ACC *)sums)[n];
        return;
    }
    for (int i = 0; i < rows; i++)
        for (int64_t n = first; n < last; n++)
            s->y[(row + i) * p->columns + n] =
                NAME(finish)(p, s->c, ((const ACC *)(sums + i * vectors))[n - column], row + i, n);
}

INLINE void NAME(tile_rows)(const struct matmul *p, const struct NAME(matrices) * s, const struct NAME(terms) * terms,
                            const struct NAME(part) * part, int vectors, int64_t column)
{
    int64_t row = part->row;

    for (; part->row_end - row >= p->tile_rows; row += p->tile_rows)
        NAME(tile)(p, s, terms, part, p->tile_rows, vectors, row, column);
    if (p->tile_rows > 1)
        for (; row < part->row_end; row++)
            NAME(tile)(p, s, terms, part, 1, vectors, row, column);
}

/* A part of one matrix. Vectors of packed columns begin at multiples of LANES, wide tiles with their blocks. */
INLINE void NAME(multiply_terms)(const struct matmul *p, const struct NAME(matrices) * s,
                                 const struct NAME(terms) * terms, const struct NAME(part) * part)
{
    int64_t column = p->lanes ? part->column / LANES * LANES : part->column;
    int64_t wide = p->tile_vectors * LANES;

    while (column < part->column_end) {
        if (part->column_end - column > wide - LANES && (!p->lanes || column % p->lanes == 0)) {
            NAME(tile_rows)(p, s, terms, part, p->tile_vectors, column);
            column += wide;
        } else {
            NAME(tile_rows)(p, s, terms, part, 1, column);
            column += LANES;
        }
    }
}

INLINE struct NAME(terms) NAME(all_terms)(const struct matmul *p, const struct resume *resume)
{
    struct NAME(terms) terms = { 0, p->depth, NULL, NULL, NULL };
    ACC *sums;

    if (!p->resume || !resume)
        return terms;
    sums = resume->sums;
    terms.begin = resume->first;
    terms.end = resume->end;
    if (terms.begin > 0)
        terms.before = sums + (terms.begin / p->stretch - 1) * resume->width;
    if (terms.end < p->depth)
        terms.after = sums + (terms.end / p->stretch - 1) * resume->width;
    return terms;
}

INLINE int64_t NAME(count_zeros)(const struct matmul *p, const T *restrict a, const struct NAME(terms) * terms)
{
    int32_t zeros = 0;

    for (int64_t k = terms->begin; k < terms->end; k++)
        zeros += WIDEN(a[k * p->a_depth]) == 0;
    return zeros;
}

/* Listing the depths pays if it saves a quarter of the terms. */
INLINE void NAME(multiply_tiles)(const struct matmul *p, const struct NAME(matrices) * s,
                                 const struct NAME(part) * part)
{
    struct NAME(terms) terms = NAME(all_terms)(p, s->resume);

    if (p->sparse && 4 * NAME(count_zeros)(p, s->a, &terms) > terms.end - terms.begin) {
        int32_t depths[MATMUL_SPARSE_DEPTH];
        int64_t n = 0;

        for (int64_t k = terms.begin; k < terms.end; k++) {
            depths[n] = (int32_t)k;
            n += WIDEN(s->a[k * p->a_depth]) != 0;
        }
        terms.depths = depths;
        terms.begin = 0;
        terms.end = n;
        NAME(multiply_terms)(p, s, &terms, part);
        return;
    }
    NAME(multiply_terms)(p, s, &terms, part);
}
