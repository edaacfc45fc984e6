/*
 * The loops of reductions (reduce.h). The scalar form finishes one output element after the other; the fast form takes
 * a block of them with the loop over the reduced elements outside, so that it vectorizes over outputs. The order of
 * each element's operations is the same.
 */
#ifndef LLTFI_KERNELS_REDUCTION_H
#define LLTFI_KERNELS_REDUCTION_H

#include "reduce.h"
#include "runs.h"

#define REDUCTION_BLOCK 64

/* Offset of the k-th reduced element from the first. */
INLINE int64_t reduced_offset(const struct reduce *p, int64_t k)
{
    uint64_t rest = (uint64_t)k;
    int64_t offset = 0;

    UNROLL
    for (int d = p->n - 1; d >= 0; d--) {
        uint64_t extent = (uint64_t)p->extents[d];

        offset += (int64_t)(d > 0 ? rest % extent : rest) * p->strides[d];
        if (d > 0)
            rest /= extent;
    }
    return offset;
}

INLINE int64_t block_length(int64_t left)
{
    return left < REDUCTION_BLOCK ? left : REDUCTION_BLOCK;
}

/* y = `end`, a formula of a; a is `start` folded by `formula` with each reduced element b. a is of type S. */
#define REDUCTION(name, S, start, formula, end)                                                           \
    INLINE void NAME(name##_block)(const struct reduce *p, const T *restrict x, T *restrict y, int64_t n) \
    {                                                                                                     \
        S sums[REDUCTION_BLOCK];                                                                          \
                                                                                                          \
        for (int64_t i = 0; i < n; i++)                                                                   \
            sums[i] = (start);                                                                            \
        for (int64_t k = 0; k < p->count; k++) {                                                          \
            const T *restrict from = x + reduced_offset(p, k);                                            \
                                                                                                          \
            for (int64_t i = 0; i < n; i++) {                                                             \
                const S a = sums[i];                                                                      \
                const ACC b = WIDEN(from[i * p->input.step]);                                             \
                                                                                                          \
                sums[i] = formula;                                                                        \
            }                                                                                             \
        }                                                                                                 \
        for (int64_t i = 0; i < n; i++) {                                                                 \
            const S a = sums[i];                                                                          \
                                                                                                          \
            y[i] = NARROW(end);                                                                           \
        }                                                                                                 \
    }                                                                                                     \
                                                                                                          \
    INLINE void NAME(name##_one)(const struct reduce *p, const T *restrict x, T *restrict y)              \
    {                                                                                                     \
        S a = (start);                                                                                    \
                                                                                                          \
        for (int64_t k = 0; k < p->count; k++) {                                                          \
            const ACC b = WIDEN(x[reduced_offset(p, k)]);                                                 \
                                                                                                          \
            a = formula;                                                                                  \
        }                                                                                                 \
        *y = NARROW(end);                                                                                 \
    }                                                                                                     \
                                                                                                          \
    OVER_OUTPUTS(name, T)

/*
 * y = the index of the best reduced element. `beats` is a formula of a, the best so far, and b, the next one: whether b
 * replaces a.
 */
#define ARGUMENT(name, beats)                                                                                   \
    INLINE void NAME(name##_block)(const struct reduce *p, const T *restrict x, int64_t *restrict y, int64_t n) \
    {                                                                                                           \
        ACC best[REDUCTION_BLOCK];                                                                              \
                                                                                                                \
        for (int64_t i = 0; i < n; i++) {                                                                       \
            best[i] = WIDEN(x[i * p->input.step]);                                                              \
            y[i] = 0;                                                                                           \
        }                                                                                                       \
        for (int64_t k = 1; k < p->count; k++) {                                                                \
            const T *restrict from = x + reduced_offset(p, k);                                                  \
                                                                                                                \
            for (int64_t i = 0; i < n; i++) {                                                                   \
                const ACC a = best[i], b = WIDEN(from[i * p->input.step]);                                      \
                                                                                                                \
                y[i] = (beats) ? k : y[i];                                                                      \
                best[i] = (beats) ? b : a;                                                                      \
            }                                                                                                   \
        }                                                                                                       \
    }                                                                                                           \
                                                                                                                \
    INLINE void NAME(name##_one)(const struct reduce *p, const T *restrict x, int64_t *restrict y)              \
    {                                                                                                           \
        ACC a = WIDEN(x[0]);                                                                                    \
        int64_t place = 0;                                                                                      \
                                                                                                                \
        for (int64_t k = 1; k < p->count; k++) {                                                                \
            const ACC b = WIDEN(x[reduced_offset(p, k)]);                                                       \
                                                                                                                \
            if (beats) {                                                                                        \
                a = b;                                                                                          \
                place = k;                                                                                      \
            }                                                                                                   \
        }                                                                                                       \
        *y = place;                                                                                             \
    }                                                                                                           \
                                                                                                                \
    OVER_OUTPUTS(name, int64_t)

#define OVER_OUTPUTS(name, R)                                                                              \
    ENTRY(name, struct reduce)                                                                             \
    {                                                                                                      \
        const T *restrict x = in[0];                                                                       \
        R *restrict y = out[0];                                                                            \
                                                                                                           \
        FOR_EACH_RUN(run, &p->space, box) {                                                                \
            const T *restrict from = x + operand_start(&p->space, &p->input, &run);                        \
            R *restrict to = y + output_start(&p->space, &run);                                            \
                                                                                                           \
            if (FAST) {                                                                                    \
                for (int64_t i = 0; i < run.length; i += REDUCTION_BLOCK)                                  \
                    NAME(name##_block)(p, from + i * p->input.step, to + i, block_length(run.length - i)); \
                continue;                                                                                  \
            }                                                                                              \
            for (int64_t i = 0; i < run.length; i++)                                                       \
                NAME(name##_one)(p, from + i * p->input.step, to + i);                                     \
        }                                                                                                  \
    }

#endif
