#define KERNEL_FILE "conv.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "conv.h"
#include "value.h"

#ifdef T

/* The first weight of a map of y. Two of its weights are p->lanes elements apart, or 1 if they are not packed. */
INLINE const T *NAME(weights)(const struct conv *p, const T *w, int64_t group, int64_t map)
{
    int64_t count = p->channels * window_plane(p->window.kernel);

    if (!p->lanes)
        return w + (group * p->maps + map) * count;
    return w + (group * p->blocks + map / p->lanes) * count * p->lanes + map % p->lanes;
}

/* One output element. x is the group's first channel. */
INLINE ACC NAME(convolve)(const struct conv *p, const T *restrict x, const T *restrict w, ACC acc, int64_t o0,
                          int64_t o1, int64_t o2)
{
    const struct window *v = &p->window;
    struct taps t0 = window_taps(v, 0, o0), t1 = window_taps(v, 1, o1), t2 = window_taps(v, 2, o2);
    int64_t step = p->lanes ? p->lanes : 1;

    for (int64_t c = 0; c < p->channels; c++) {
        for (int64_t k0 = t0.begin; k0 < t0.end; k0++) {
            for (int64_t k1 = t1.begin; k1 < t1.end; k1++) {
                int64_t i0 = t0.origin + k0 * v->dilation[0], i1 = t1.origin + k1 * v->dilation[1];
                const T *xr = x + ((c * v->in[0] + i0) * v->in[1] + i1) * v->in[2] + t2.origin;
                const T *wr = w + ((c * v->kernel[0] + k0) * v->kernel[1] + k1) * v->kernel[2] * step;

                for (int64_t k2 = t2.begin; k2 < t2.end; k2++)
                    acc += WIDEN(xr[k2 * v->dilation[2]]) * WIDEN(wr[k2 * step]);
            }
        }
    }
    return acc;
}

/* The part of the box in one map of one batch element. */
INLINE void NAME(conv_map)(const struct conv *p, const T *restrict x, const T *restrict w, ACC bias, T *restrict y,
                           const struct box *box)
{
    const struct window *v = &p->window;

    for (int64_t o0 = window_low(v, box, 0); o0 < window_high(v, box, 0); o0++)
        for (int64_t o1 = window_low(v, box, 1); o1 < window_high(v, box, 1); o1++)
            for (int64_t o2 = window_low(v, box, 2); o2 < window_high(v, box, 2); o2++)
                y[(o0 * v->out[1] + o1) * v->out[2] + o2] = NARROW(NAME(convolve)(p, x, w, bias, o0, o1, o2));
}

#if FAST
#include "conv_fast.h"
#endif

/* All maps of the box in one batch element. */
INLINE void NAME(conv_maps)(const struct conv *p, const T *restrict x, const T *restrict w, const T *restrict b,
                            T *restrict y, const struct box *box)
{
    for (int64_t m = box->lo[1]; m < box->hi[1]; m++) {
        int64_t group = p->groups == 1 ? 0 : m / p->maps;
        const T *restrict group_x = x + group * p->channels * window_plane(p->window.in);
        const T *restrict map_w = NAME(weights)(p, w, group, m - group * p->maps);
        ACC bias = p->biased ? WIDEN(b[m]) : 0;
        T *restrict map_y = y + m * window_plane(p->window.out);

#if FAST
        if (!p->lanes && p->window.stride[2] == 1)
            NAME(conv_rows)(p, group_x, map_w, bias, map_y, box);
        else
#endif
            NAME(conv_map)(p, group_x, map_w, bias, map_y, box);
    }
}

ENTRY(conv, struct conv)
{
    const T *restrict x = in[0], *restrict w = in[1], *restrict b = p->biased ? in[2] : NULL;
    T *restrict y = out[0];
    int64_t plane = window_plane(p->window.in), y_plane = window_plane(p->window.out);

    for (int64_t n = box->lo[0]; n < box->hi[0]; n++) {
        const T *restrict batch_x = x + n * p->groups * p->channels * plane;
        T *restrict batch_y = y + n * p->groups * p->maps * y_plane;

#if FAST
        if (p->lanes && box->hi[1] - box->lo[1] > 1)
            NAME(conv_blocks)(p, batch_x, w, b, batch_y, box);
        else
#endif
            NAME(conv_maps)(p, batch_x, w, b, batch_y, box);
    }
}

#endif
