#define KERNEL_FILE "maxpool.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int8 | TYPE_uint8)
#include "kernel.h"

#include "pool.h"
#include "value.h"

#ifdef T

/* The lowest value of T. */
INLINE ACC NAME(lowest)(void)
{
#if T_FLOATING
    return (ACC)-__builtin_inff();
#elif T_SIGNED
    return (ACC)((uint64_t)-1 << (8 * sizeof(T) - 1));
#else
    return 0;
#endif
}

/* NaN wins. */
INLINE bool NAME(beats)(ACC x, ACC best)
{
#if T_FLOATING
    return x > best || x != x;
#else
    return x > best;
#endif
}

/* Whether a window has no tap (it is all padding); its output is the lowest value. */
INLINE bool NAME(window_empty)(struct taps t0, struct taps t1, struct taps t2)
{
    return t0.begin >= t0.end || t1.begin >= t1.end || t2.begin >= t2.end;
}

INLINE ACC NAME(window_maximum)(const struct pool *p, const T *restrict x, int64_t o0, int64_t o1, int64_t o2)
{
    const struct window *v = &p->window;
    struct taps t0 = window_taps(v, 0, o0), t1 = window_taps(v, 1, o1), t2 = window_taps(v, 2, o2);
    ACC best = NAME(lowest)();

    for (int64_t k0 = t0.begin; k0 < t0.end; k0++) {
        for (int64_t k1 = t1.begin; k1 < t1.end; k1++) {
            int64_t i0 = t0.origin + k0 * v->dilation[0], i1 = t1.origin + k1 * v->dilation[1];
            const T *row = x + (i0 * v->in[1] + i1) * v->in[2] + t2.origin;

            for (int64_t k2 = t2.begin; k2 < t2.end; k2++) {
                ACC tap = WIDEN(row[k2 * v->dilation[2]]);

                best = NAME(beats)(tap, best) ? tap : best;
            }
        }
    }
    return best;
}

/* The place of the first element with that value: the sum of its index in each dimension times p->place. */
INLINE int64_t NAME(window_place)(const struct pool *p, const T *restrict x, int64_t o0, int64_t o1, int64_t o2)
{
    const struct window *v = &p->window;
    struct taps t0 = window_taps(v, 0, o0), t1 = window_taps(v, 1, o1), t2 = window_taps(v, 2, o2);
    ACC best = NAME(lowest)();
    int64_t place = -1;

    if (NAME(window_empty)(t0, t1, t2))
        return 0;
    for (int64_t k0 = t0.begin; k0 < t0.end; k0++) {
        for (int64_t k1 = t1.begin; k1 < t1.end; k1++) {
            int64_t i0 = t0.origin + k0 * v->dilation[0], i1 = t1.origin + k1 * v->dilation[1];

            for (int64_t k2 = t2.begin; k2 < t2.end; k2++) {
                int64_t i2 = t2.origin + k2 * v->dilation[2];
                ACC tap = WIDEN(x[(i0 * v->in[1] + i1) * v->in[2] + i2]);
                bool wins = place < 0 || NAME(beats)(tap, best);

                place = wins ? i0 * p->place[0] + i1 * p->place[1] + i2 * p->place[2] : place;
                best = wins ? tap : best;
            }
        }
    }
    return place;
}

INLINE void NAME(maxpool_plane)(const struct pool *p, const T *restrict x, T *restrict y, int64_t *restrict places,
                                int64_t first_place, const struct box *box)
{
    const struct window *v = &p->window;

    for (int64_t o0 = window_low(v, box, 0); o0 < window_high(v, box, 0); o0++) {
        for (int64_t o1 = window_low(v, box, 1); o1 < window_high(v, box, 1); o1++) {
            for (int64_t o2 = window_low(v, box, 2); o2 < window_high(v, box, 2); o2++) {
                int64_t o = (o0 * v->out[1] + o1) * v->out[2] + o2;

                y[o] = NARROW(NAME(window_maximum)(p, x, o0, o1, o2));
                if (places)
                    places[o] = first_place + NAME(window_place)(p, x, o0, o1, o2);
            }
        }
    }
}

#if FAST && T_FLOATING
#include "maxpool_fast.h"
#endif

ENTRY(maxpool, struct pool)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t *restrict places = p->placed ? out[1] : NULL;
    int64_t plane = window_plane(p->window.in), y_plane = window_plane(p->window.out);

    for (int64_t n = box->lo[0]; n < box->hi[0]; n++) {
        for (int64_t c = box->lo[1]; c < box->hi[1]; c++) {
            int64_t channel = n * p->channels + c;

#if FAST && T_FLOATING
            if (!p->placed && p->window.spatial > 0 && p->window.stride[2] <= 2) {
                NAME(maxpool_rows)(p, x + channel * plane, y + channel * y_plane, box);
                continue;
            }
#endif
            NAME(maxpool_plane)(p, x + channel * plane, y + channel * y_plane,
                                places ? places + channel * y_plane : NULL, channel * plane, box);
        }
    }
}

#endif
