#define KERNEL_FILE "averagepool.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "pool.h"
#include "value.h"

#ifdef T

/* How many kernel positions of one dimension count: taps, or all that lie in the padded input. */
INLINE int64_t NAME(counted)(const struct pool *p, int d, struct taps taps)
{
    const struct window *v = &p->window;
    int64_t step = v->dilation[d], room;

    if (v->inside[d])
        return v->kernel[d];
    if (!p->count_padding)
        return taps.end - taps.begin;
    room = (v->in[d] + v->pad_end[d] - taps.origin + step - 1) / step;
    return room < v->kernel[d] ? room : v->kernel[d];
}

INLINE ACC NAME(window_mean)(const struct pool *p, const T *restrict x, int64_t o0, int64_t o1, int64_t o2)
{
    const struct window *v = &p->window;
    struct taps t0 = window_taps(v, 0, o0), t1 = window_taps(v, 1, o1), t2 = window_taps(v, 2, o2);
    int64_t count = NAME(counted)(p, 0, t0) * NAME(counted)(p, 1, t1) * NAME(counted)(p, 2, t2);
    ACC sum = 0;

    for (int64_t k0 = t0.begin; k0 < t0.end; k0++) {
        for (int64_t k1 = t1.begin; k1 < t1.end; k1++) {
            int64_t i0 = t0.origin + k0 * v->dilation[0], i1 = t1.origin + k1 * v->dilation[1];
            const T *row = x + (i0 * v->in[1] + i1) * v->in[2] + t2.origin;

            for (int64_t k2 = t2.begin; k2 < t2.end; k2++)
                sum += WIDEN(row[k2 * v->dilation[2]]);
        }
    }
    return sum / (ACC)count;
}

INLINE void NAME(averagepool_plane)(const struct pool *p, const T *restrict x, T *restrict y, const struct box *box)
{
    const struct window *v = &p->window;

    for (int64_t o0 = window_low(v, box, 0); o0 < window_high(v, box, 0); o0++)
        for (int64_t o1 = window_low(v, box, 1); o1 < window_high(v, box, 1); o1++)
            for (int64_t o2 = window_low(v, box, 2); o2 < window_high(v, box, 2); o2++)
                y[(o0 * v->out[1] + o1) * v->out[2] + o2] = NARROW(NAME(window_mean)(p, x, o0, o1, o2));
}

#if FAST
#define CHAINS 8
/* Means of several whole planes at once: the additions of one plane wait for each other. */
INLINE void NAME(plane_means)(const T *restrict x, int64_t plane, T *restrict y)
{
    ACC sums[CHAINS] = { 0 };

    for (int64_t i = 0; i < plane; i++) {
        UNROLL
        for (int c = 0; c < CHAINS; c++)
            sums[c] += WIDEN(x[c * plane + i]);
    }
    UNROLL
    for (int c = 0; c < CHAINS; c++)
        y[c] = NARROW(sums[c] / (ACC)plane);
}
#endif

ENTRY(averagepool, struct pool)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t plane = window_plane(p->window.in), y_plane = window_plane(p->window.out);

    for (int64_t n = box->lo[0]; n < box->hi[0]; n++) {
        int64_t c = box->lo[1];

#if FAST
        for (; p->window.spatial == 0 && box->hi[1] - c >= CHAINS; c += CHAINS)
            NAME(plane_means)(x + (n * p->channels + c) * plane, plane, y + n * p->channels + c);
#endif
        for (; c < box->hi[1]; c++)
            NAME(averagepool_plane)(p, x + (n * p->channels + c) * plane, y + (n * p->channels + c) * y_plane, box);
    }
}

#endif
