/*
 * Windows that slide over up to three spatial dimensions: convolutions and pools.
 *
 * Everything is 3-D: with fewer spatial dimensions the first ones have extent, kernel and stride 1. Output o of
 * dimension d reads the inputs o * stride - pad + k * dilation, 0 <= k < kernel, that are in 0..in-1; such a k is
 * a tap.
 */
#ifndef LLTFI_KERNELS_WINDOW_H
#define LLTFI_KERNELS_WINDOW_H

#include "base/box.h"

#define SPATIAL 3

struct window {
    int spatial; /* dimensions that the tensors really have, 1 to 3: the last ones */
    int64_t in[SPATIAL], out[SPATIAL];
    int64_t kernel[SPATIAL], stride[SPATIAL], dilation[SPATIAL];
    int64_t pad[SPATIAL];     /* before the first element */
    int64_t pad_end[SPATIAL]; /* after the last */
    int inside[SPATIAL];      /* every kernel position is a tap at every output, so taps need not be computed */
};

/* The taps of one output index in one dimension; the first kernel position (tap or not) reads input `origin`. */
struct taps {
    int64_t begin, end, origin;
};

static inline __attribute__((always_inline)) struct taps window_taps(const struct window *w, int d, int64_t o)
{
    struct taps taps = { 0, w->kernel[d], o * w->stride[d] - w->pad[d] };
    int64_t step = w->dilation[d], room;

    if (w->inside[d])
        return taps;
    room = w->in[d] - taps.origin + step - 1;
    if (taps.origin < 0)
        taps.begin = (step - 1 - taps.origin) / step;
    if (room < taps.end * step)
        taps.end = room / step;
    return taps;
}

/* The end, at most `end`, of the outputs from o on that have the same taps. */
static inline __attribute__((always_inline)) int64_t window_run_end(const struct window *v, int d, int64_t o,
                                                                    int64_t end, struct taps taps)
{
    int64_t last = (v->in[d] + v->pad[d] - (v->kernel[d] - 1) * v->dilation[d] - 1) / v->stride[d] + 1;

    if (v->inside[d])
        return end;
    if (taps.begin > 0 || taps.end < v->kernel[d])
        return o + 1;
    return last < end ? last : end;
}

/* The box's range in spatial dimension d. */
static inline __attribute__((always_inline)) int64_t window_low(const struct window *w, const struct box *box, int d)
{
    return d < SPATIAL - w->spatial ? 0 : box->lo[2 + d - (SPATIAL - w->spatial)];
}

static inline __attribute__((always_inline)) int64_t window_high(const struct window *w, const struct box *box, int d)
{
    return d < SPATIAL - w->spatial ? 1 : box->hi[2 + d - (SPATIAL - w->spatial)];
}

/* Elements of one channel. */
static inline __attribute__((always_inline)) int64_t window_plane(const int64_t *extents)
{
    return extents[0] * extents[1] * extents[2];
}

#endif
