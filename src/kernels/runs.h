/*
 * Loops over a box, run by run, and the shape of kernels that are one formula.
 *
 *     FOR_EACH_RUN(run, &p->space, box) {
 *         int64_t from = operand_start(&p->space, &p->input[0], &run), to = output_start(&p->space, &run);
 *
 *         for (int64_t i = 0; i < run.length; i++)
 *             y[to + i] = x[from + i * p->input[0].step];
 *     }
 *
 * The fast form makes a run as long as the box allows. The scalar form runs along the last dimension, so that its
 * loops are those of the shape.
 */
#ifndef LLTFI_KERNELS_RUNS_H
#define LLTFI_KERNELS_RUNS_H

#include "elementwise.h"
#include "kernel.h"
#include "value.h"

struct index_run {
    int64_t length; /* 0: no more */
    int first;      /* dimensions first.. are in the run */
    int64_t index[MAX_RANK];
};

INLINE struct index_run run_first(const struct space *space, const struct box *box)
{
    struct index_run run = { .length = 1, .first = space->rank };
    int outermost = FAST ? space->run : space->rank - 1;
    bool whole = true;

    UNROLL
    for (int d = space->rank - 1; d >= 0; d--) {
        run.index[d] = box->lo[d];
        if (d >= outermost && whole) {
            run.length *= box->hi[d] - box->lo[d];
            run.first = d;
            whole = box->lo[d] == 0 && box->hi[d] == space->dims[d];
        }
        if (box->hi[d] <= box->lo[d])
            run.length = 0;
    }
    return run;
}

INLINE void run_next(const struct space *space, const struct box *box, struct index_run *run)
{
    UNROLL
    for (int d = space->rank - 1; d >= 0; d--) {
        if (d >= run->first)
            continue;
        if (++run->index[d] < box->hi[d])
            return;
        run->index[d] = box->lo[d];
    }
    run->length = 0;
}

#define FOR_EACH_RUN(run, space, box) \
    for (struct index_run run = run_first(space, box); run.length > 0; run_next(space, box, &run))

INLINE int64_t operand_start(const struct space *space, const struct operand *operand, const struct index_run *run)
{
    int64_t start = 0;

    UNROLL
    for (int d = 0; d < space->rank; d++)
        start += run->index[d] * operand->strides[d];
    return start;
}

INLINE int64_t output_start(const struct space *space, const struct index_run *run)
{
    int64_t start = 0;

    UNROLL
    for (int d = 0; d < space->rank; d++)
        start += run->index[d] * space->output[d];
    return start;
}

/* y[i] of type R is a formula of a, an element of type A; likewise with b and c. */
#define FORMULA1(name, R, A, formula)                                  \
    ENTRY(name, struct elementwise)                                    \
    {                                                                  \
        const A *restrict xa = in[0];                                  \
        R *restrict y = out[0];                                        \
                                                                       \
        FOR_EACH_RUN(run, &p->space, box) {                            \
            int64_t ia = operand_start(&p->space, &p->input[0], &run); \
            int64_t iy = output_start(&p->space, &run);                \
                                                                       \
            for (int64_t i = 0; i < run.length; i++) {                 \
                const ACC a = WIDEN(xa[ia + i * p->input[0].step]);    \
                                                                       \
                y[iy + i] = formula;                                   \
            }                                                          \
        }                                                              \
    }

#define FORMULA2(name, R, A, B, formula)                               \
    ENTRY(name, struct elementwise)                                    \
    {                                                                  \
        const A *restrict xa = in[0];                                  \
        const B *restrict xb = in[1];                                  \
        R *restrict y = out[0];                                        \
                                                                       \
        FOR_EACH_RUN(run, &p->space, box) {                            \
            int64_t ia = operand_start(&p->space, &p->input[0], &run); \
            int64_t ib = operand_start(&p->space, &p->input[1], &run); \
            int64_t iy = output_start(&p->space, &run);                \
                                                                       \
            for (int64_t i = 0; i < run.length; i++) {                 \
                const ACC a = WIDEN(xa[ia + i * p->input[0].step]);    \
                const ACC b = WIDEN(xb[ib + i * p->input[1].step]);    \
                                                                       \
                y[iy + i] = formula;                                   \
            }                                                          \
        }                                                              \
    }

/* y[i] = x0[i] folded with x1[i], x2[i]...: a formula of a, what there is so far, and b, the next input. */
#define FOLD(name, formula)                                                    \
    ENTRY(name, struct elementwise)                                            \
    {                                                                          \
        const T *restrict x = in[0];                                           \
        T *restrict y = out[0];                                                \
                                                                               \
        FOR_EACH_RUN(run, &p->space, box) {                                    \
            int64_t ix = operand_start(&p->space, &p->input[0], &run);         \
            int64_t iy = output_start(&p->space, &run);                        \
                                                                               \
            for (int64_t i = 0; i < run.length; i++) {                         \
                ACC a = WIDEN(x[ix + i * p->input[0].step]);                   \
                                                                               \
                UNROLL                                                         \
                for (int k = 1; k < p->n; k++) {                               \
                    const T *restrict more = in[k];                            \
                    int64_t ib = operand_start(&p->space, &p->input[k], &run); \
                    const ACC b = WIDEN(more[ib + i * p->input[k].step]);      \
                                                                               \
                    a = formula;                                               \
                }                                                              \
                y[iy + i] = NARROW(a);                                         \
            }                                                                  \
        }                                                                      \
    }

#define UNARY(name, formula) FORMULA1(name, T, T, NARROW(formula))
#define BINARY(name, formula) FORMULA2(name, T, T, T, NARROW(formula))
#define COMPARISON(name, formula) FORMULA2(name, bool, T, T, formula)

/*
 * As UNARY, for slow formulas: the fast form gathers the elements of short runs into vectors. n values are gathered in
 * `values`, the places of their results in `to`.
 */
#if FAST
INLINE bool runs_are_short(const struct space *space, const struct box *box, int lanes)
{
    int64_t length = run_first(space, box).length, count = 1;

    UNROLL
    for (int d = 0; d < space->rank; d++)
        count *= box->hi[d] - box->lo[d];
    return length < lanes && length < count;
}

#define COMPUTE_GATHERED(formula)                  \
    do {                                           \
        T results[LANES];                          \
                                                   \
        for (int lane = 0; lane < LANES; lane++) { \
            const ACC a = values[lane];            \
                                                   \
            results[lane] = NARROW(formula);       \
        }                                          \
        for (int lane = 0; lane < n; lane++)       \
            y[to[lane]] = results[lane];           \
        n = 0;                                     \
    } while (0)

#define COSTLY_UNARY(name, formula)                                    \
    ENTRY(name, struct elementwise)                                    \
    {                                                                  \
        const T *restrict x = in[0];                                   \
        T *restrict y = out[0];                                        \
        const bool gather = runs_are_short(&p->space, box, LANES);     \
        ACC values[LANES] = { 0 };                                     \
        int64_t to[LANES];                                             \
        int n = 0;                                                     \
                                                                       \
        FOR_EACH_RUN(run, &p->space, box) {                            \
            int64_t ix = operand_start(&p->space, &p->input[0], &run); \
            int64_t iy = output_start(&p->space, &run);                \
                                                                       \
            for (int64_t i = 0; !gather && i < run.length; i++) {      \
                const ACC a = WIDEN(x[ix + i * p->input[0].step]);     \
                                                                       \
                y[iy + i] = NARROW(formula);                           \
            }                                                          \
            for (int64_t i = 0; gather && i < run.length; i++) {       \
                values[n] = WIDEN(x[ix + i * p->input[0].step]);       \
                to[n++] = iy + i;                                      \
                if (n == LANES)                                        \
                    COMPUTE_GATHERED(formula);                         \
            }                                                          \
        }                                                              \
        if (n > 0)                                                     \
            COMPUTE_GATHERED(formula);                                 \
    }
#else
#define COSTLY_UNARY UNARY
#endif

#endif
