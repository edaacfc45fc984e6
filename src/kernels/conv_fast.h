/*
 * The fast form of a convolution. No guard: it is included once for each type.
 *
 * With packed weights a tile of neighbouring outputs is computed for several vectors of maps: each weight is loaded
 * once for all outputs of the tile, each input once for all maps. The outputs of a tile have the same taps, so the
 * borders of the padded input have tiles of their own. Without packed weights a vector holds outputs of a row.
 */
#include "vector.h"

/* One iteration adds a term to each output of a tile: unrolling these loops gains nothing. */
#define NO_UNROLL _Pragma("clang loop unroll(disable)")

struct NAME(block) {
    const T *restrict x; /* the group's first channel */
    const T *restrict w; /* of the block's first map */
    const T *restrict b; /* of the block's first map; NULL: none */
    T *restrict y;       /* plane of the block's first map */
    int64_t first, last; /* maps of the block that are in the box */
};

struct NAME(region) {
    struct taps t0, t1, t2; /* of its first output; those of the others differ only in the origin */
    int64_t o0, o1, o2, end1, end2;
};

#if T_ELEMENT == 1
typedef float NAME(quad) __attribute__((vector_size(16), aligned(4)));

/* Four neighbouring outputs of the maps in one vector: element m of output i is sums[i * step][m]. */
INLINE void NAME(store_quads)(const struct conv *p, const NAME(vector) * sums, int step, int64_t first, int64_t last,
                              T *restrict y)
{
    NAME(vector) a = sums[0], b = sums[step], c = sums[2 * step], d = sums[3 * step];
    NAME(vector)
    ab[2] = {
        __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29),
        __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31),
    };
    NAME(vector)
    cd[2] = {
        __builtin_shufflevector(c, d, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29),
        __builtin_shufflevector(c, d, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31),
    };
    NAME(vector)
    quads[4] = {
        __builtin_shufflevector(ab[0], cd[0], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        __builtin_shufflevector(ab[0], cd[0], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31),
        __builtin_shufflevector(ab[1], cd[1], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29),
        __builtin_shufflevector(ab[1], cd[1], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31),
    };

    UNROLL
    for (int m = 0; m < LANES; m++)
        if (m >= first && m < last)
            *(NAME(quad) *)(y + m * window_plane(p->window.out)) = ((const NAME(quad) *)&quads[m % 4])[m / 4];
}
#endif

INLINE void NAME(store_elements)(const struct conv *p, const struct NAME(block) * s, const NAME(vector) * sums,
                                 int rows, int columns, T *restrict y)
{
    for (int64_t m = s->first; m < s->last; m++) {
        const ACC *from = (const ACC *)(sums + m / LANES) + m % LANES;
        T *restrict plane = y + m * window_plane(p->window.out);

        UNROLL
        for (int i = 0; i < rows * columns; i++)
            plane[i / columns * p->window.out[2] + i % columns] = NARROW(from[i * p->vectors * LANES]);
    }
}

INLINE void NAME(store_tile)(const struct conv *p, const struct NAME(block) * s, const NAME(vector) * sums, int rows,
                             int columns, T *restrict y)
{
#if T_ELEMENT == 1
    if (columns % 4 == 0) {
        for (int i = 0; i < rows * columns; i += 4)
            for (int j = 0; j < p->vectors; j++)
                NAME(store_quads)(p, sums + i * p->vectors + j, p->vectors, s->first - j * LANES, s->last - j * LANES,
                                  y + i / columns * p->window.out[2] + i % columns +
                                      j * LANES * window_plane(p->window.out));
        return;
    }
#endif
    NAME(store_elements)(p, s, sums, rows, columns, y);
}

/* rows x columns outputs from (o1, o2) on, all of them in the region. */
INLINE void NAME(tile)(const struct conv *p, const struct NAME(block) * s, const struct NAME(region) * r, int rows,
                       int columns, int64_t o1, int64_t o2)
{
    const struct window *v = &p->window;
    int64_t taps = window_plane(v->kernel), row = v->stride[1] * v->in[2];
    const T *x = s->x + (r->t0.origin * v->in[1] + r->t1.origin + (o1 - r->o1) * v->stride[1]) * v->in[2] +
                 r->t2.origin + (o2 - r->o2) * v->stride[2];
    /* the copy has its address taken, so that acc can be registers */
    NAME(vector) acc[CONV_TILE], sums[CONV_TILE];

    UNROLL
    for (int i = 0; i < rows * columns * p->vectors; i++)
        acc[i] = p->biased ? NAME(load)(s->b + i % p->vectors * LANES) : (NAME(vector)){ 0 };
    NO_UNROLL
    for (int64_t c = 0; c < p->channels; c++) {
        NO_UNROLL
        for (int64_t k0 = r->t0.begin; k0 < r->t0.end; k0++) {
            NO_UNROLL
            for (int64_t k1 = r->t1.begin; k1 < r->t1.end; k1++) {
                NO_UNROLL
                for (int64_t k2 = r->t2.begin; k2 < r->t2.end; k2++) {
                    const T *xt = x +
                                  ((c * v->in[0] + k0 * v->dilation[0]) * v->in[1] + k1 * v->dilation[1]) * v->in[2] +
                                  k2 * v->dilation[2];
                    const T *wt = s->w + (((c * v->kernel[0] + k0) * v->kernel[1] + k1) * v->kernel[2] + k2) * LANES;

                    UNROLL
                    for (int i = 0; i < rows * columns; i++) {
                        ACC input = WIDEN(xt[i / columns * row + i % columns * v->stride[2]]);

                        UNROLL
                        for (int j = 0; j < p->vectors; j++)
                            acc[i * p->vectors + j] += NAME(load)(wt + j * p->channels * taps * LANES) * input;
                    }
                }
            }
        }
    }
    UNROLL
    for (int i = 0; i < rows * columns * p->vectors; i++)
        sums[i] = acc[i];
    NAME(store_tile)(p, s, sums, rows, columns, s->y + (r->o0 * v->out[1] + o1) * v->out[2] + o2);
}

/* The outputs that whole tiles leave over: strips along rows first, then along columns, then single outputs. */
INLINE void NAME(small_tiles)(const struct conv *p, const struct NAME(block) * s, const struct NAME(region) * r,
                              int64_t o1, int64_t o2, int64_t end1, int64_t end2)
{
    for (; p->strip > 1 && end2 - o2 >= p->strip; o2 += p->strip)
        for (int64_t i = o1; i < end1; i++)
            NAME(tile)(p, s, r, 1, p->strip, i, o2);
    for (; p->strip > 1 && end1 - o1 >= p->strip; o1 += p->strip)
        for (int64_t i = o2; i < end2; i++)
            NAME(tile)(p, s, r, p->strip, 1, o1, i);
    for (; o1 < end1; o1++)
        for (int64_t i = o2; i < end2; i++)
            NAME(tile)(p, s, r, 1, 1, o1, i);
}

INLINE void NAME(region_tiles)(const struct conv *p, const struct NAME(block) * s, const struct NAME(region) * r)
{
    int64_t whole1 = r->o1 + (r->end1 - r->o1) / p->rows * p->rows;
    int64_t whole2 = r->o2 + (r->end2 - r->o2) / p->columns * p->columns;

    for (int64_t o1 = r->o1; o1 < whole1; o1 += p->rows)
        for (int64_t o2 = r->o2; o2 < whole2; o2 += p->columns)
            NAME(tile)(p, s, r, p->rows, p->columns, o1, o2);
    for (int rest = 0; rest < 2; rest++)
        NAME(small_tiles)(p, s, r, rest ? whole1 : r->o1, rest ? r->o2 : whole2, rest ? r->end1 : whole1, r->end2);
}

INLINE void NAME(block_regions)(const struct conv *p, const struct NAME(block) * s, const struct box *box)
{
    const struct window *v = &p->window;
    struct NAME(region) r;

    for (r.o0 = window_low(v, box, 0); r.o0 < window_high(v, box, 0); r.o0++) {
        r.t0 = window_taps(v, 0, r.o0);
        for (r.o1 = window_low(v, box, 1); r.o1 < window_high(v, box, 1); r.o1 = r.end1) {
            r.t1 = window_taps(v, 1, r.o1);
            r.end1 = window_run_end(v, 1, r.o1, window_high(v, box, 1), r.t1);
            for (r.o2 = window_low(v, box, 2); r.o2 < window_high(v, box, 2); r.o2 = r.end2) {
                r.t2 = window_taps(v, 2, r.o2);
                r.end2 = window_run_end(v, 2, r.o2, window_high(v, box, 2), r.t2);
                NAME(region_tiles)(p, s, &r);
            }
        }
    }
}

/* Blocks of `vectors` vectors of maps, over all maps of the box in one batch element. */
INLINE void NAME(conv_blocks)(const struct conv *p, const T *restrict x, const T *restrict w, const T *restrict b,
                              T *restrict y, const struct box *box)
{
    int64_t maps = p->vectors * LANES, taps = window_plane(p->window.kernel);
    int64_t blocks = p->blocks / p->vectors;

    for (int64_t block = 0; block < p->groups * blocks; block++) {
        int64_t group = block / blocks, map = block % blocks * maps;
        int64_t start = group * p->maps + map, end = p->maps - map < maps ? p->maps - map : maps;
        struct NAME(block) s = {
            .x = x + group * p->channels * window_plane(p->window.in),
            .w = w + (group * p->blocks + map / LANES) * p->channels * taps * LANES,
            .b = b + start,
            .y = y + start * window_plane(p->window.out),
            .first = box->lo[1] > start ? box->lo[1] - start : 0,
            .last = box->hi[1] - start < end ? box->hi[1] - start : end,
        };

        if (s.first < s.last)
            NAME(block_regions)(p, &s, box);
    }
}

/* `vectors` vectors of outputs of a row, of which `count` are stored; x and w as for one map. */
INLINE void NAME(convolve_columns)(const struct conv *p, const T *restrict x, const T *restrict w, ACC bias,
                                   const struct NAME(region) * r, int vectors, int64_t o2, int64_t count, T *restrict y)
{
    const struct window *v = &p->window;
    const T *from = x + (r->t0.origin * v->in[1] + r->t1.origin) * v->in[2] + r->t2.origin + o2 - r->o2;
    NAME(vector) acc[CONV_VECTORS];

    UNROLL
    for (int j = 0; j < vectors; j++)
        acc[j] = (NAME(vector)){ 0 } + bias;
    NO_UNROLL
    for (int64_t c = 0; c < p->channels; c++) {
        NO_UNROLL
        for (int64_t k0 = r->t0.begin; k0 < r->t0.end; k0++) {
            NO_UNROLL
            for (int64_t k1 = r->t1.begin; k1 < r->t1.end; k1++) {
                NO_UNROLL
                for (int64_t k2 = r->t2.begin; k2 < r->t2.end; k2++) {
                    const T *xt = from +
                                  ((c * v->in[0] + k0 * v->dilation[0]) * v->in[1] + k1 * v->dilation[1]) * v->in[2] +
                                  k2 * v->dilation[2];
                    ACC weight = WIDEN(w[((c * v->kernel[0] + k0) * v->kernel[1] + k1) * v->kernel[2] + k2]);

                    UNROLL
                    for (int j = 0; j < vectors; j++)
                        acc[j] += NAME(load)(xt + j * LANES) * weight;
                }
            }
        }
    }
    for (int64_t i = 0; i < count; i++)
        y[i] = NARROW(((const ACC *)acc)[i]);
}

/* The part of the box in one map, vectors along rows where the outputs' inputs are neighbours. */
INLINE void NAME(conv_rows)(const struct conv *p, const T *restrict x, const T *restrict w, ACC bias, T *restrict y,
                            const struct box *box)
{
    const struct window *v = &p->window;
    struct NAME(region) r;

    for (r.o0 = window_low(v, box, 0); r.o0 < window_high(v, box, 0); r.o0++) {
        r.t0 = window_taps(v, 0, r.o0);
        for (r.o1 = window_low(v, box, 1); r.o1 < window_high(v, box, 1); r.o1++) {
            T *restrict row = y + (r.o0 * v->out[1] + r.o1) * v->out[2];

            r.t1 = window_taps(v, 1, r.o1);
            for (r.o2 = window_low(v, box, 2); r.o2 < window_high(v, box, 2); r.o2 = r.end2) {
                int64_t o2 = r.o2;

                r.t2 = window_taps(v, 2, o2);
                r.end2 = window_run_end(v, 2, o2, window_high(v, box, 2), r.t2);
                for (; r.end2 - o2 >= CONV_VECTORS * LANES; o2 += CONV_VECTORS * LANES)
                    NAME(convolve_columns)(p, x, w, bias, &r, CONV_VECTORS, o2, CONV_VECTORS * LANES, row + o2);
                for (; o2 < r.end2; o2 += LANES)
                    NAME(convolve_columns)(p, x, w, bias, &r, 1, o2, r.end2 - o2 < LANES ? r.end2 - o2 : LANES,
                                           row + o2);
            }
        }
    }
}
#undef NO_UNROLL
