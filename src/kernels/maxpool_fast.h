/*
 * The fast form of a maximum over windows: vectors of neighbouring outputs of a row. No guard: it is included once for
 * each type.
 */
#include "vector.h"

/* The inputs of the first `count` of LANES outputs, 1 or 2 apart. */
INLINE NAME(vector) NAME(load_apart)(const T *from, int64_t stride, int64_t count)
{
    NAME(vector) low = NAME(load)(from), high, apart;

    if (stride == 1)
        return low;
    high = 2 * count > LANES ? NAME(load)(from + LANES) : low;
    UNROLL
    for (int i = 0; i < LANES; i++)
        apart[i] = i < LANES / 2 ? low[2 * i % LANES] : high[2 * i % LANES];
    return apart;
}

/* `count` outputs of a row from o2 on, which have the same taps. */
INLINE void NAME(row_maxima)(const struct pool *p, const T *restrict x, const struct taps *t, int64_t count,
                             T *restrict y)
{
    const struct window *v = &p->window;
    NAME(vector) best = (NAME(vector)){ 0 } + NAME(lowest)();

    for (int64_t k0 = t[0].begin; k0 < t[0].end; k0++) {
        for (int64_t k1 = t[1].begin; k1 < t[1].end; k1++) {
            int64_t i0 = t[0].origin + k0 * v->dilation[0], i1 = t[1].origin + k1 * v->dilation[1];
            const T *row = x + (i0 * v->in[1] + i1) * v->in[2] + t[2].origin;

            for (int64_t k2 = t[2].begin; k2 < t[2].end; k2++) {
                NAME(vector) tap = NAME(load_apart)(row + k2 * v->dilation[2], v->stride[2], count);

                __typeof__(tap > best) beats = (tap > best) | (tap != tap);

                best = (NAME(vector))(((__typeof__(beats))tap & beats) | ((__typeof__(beats))best & ~beats));
            }
        }
    }
    for (int64_t i = 0; i < count; i++)
        y[i] = NARROW(best[i]);
}

INLINE void NAME(maxpool_rows)(const struct pool *p, const T *restrict x, T *restrict y, const struct box *box)
{
    const struct window *v = &p->window;
    int64_t end2 = window_high(v, box, 2);

    for (int64_t o0 = window_low(v, box, 0); o0 < window_high(v, box, 0); o0++) {
        for (int64_t o1 = window_low(v, box, 1); o1 < window_high(v, box, 1); o1++) {
            T *restrict row = y + (o0 * v->out[1] + o1) * v->out[2];

            for (int64_t o2 = window_low(v, box, 2), next; o2 < end2; o2 = next) {
                struct taps t[3] = { window_taps(v, 0, o0), window_taps(v, 1, o1), window_taps(v, 2, o2) };

                next = window_run_end(v, 2, o2, o2 + LANES < end2 ? o2 + LANES : end2, t[2]);
                NAME(row_maxima)(p, x, t, next - o2, row + o2);
            }
        }
    }
}
