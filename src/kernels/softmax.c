#define KERNEL_FILE "softmax.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "softmax.h"
#include "value.h"

#include <math.h>

#ifdef T

INLINE ACC NAME(exponential)(ACC x)
{
    return sizeof(ACC) == sizeof(double) ? (ACC)exp((double)x) : (ACC)expf((float)x);
}

INLINE ACC NAME(logarithm)(ACC x)
{
    return sizeof(ACC) == sizeof(double) ? (ACC)log((double)x) : (ACC)logf((float)x);
}

INLINE ACC NAME(row_maximum)(const struct softmax *p, const T *restrict x)
{
    ACC maximum = (ACC)-__builtin_inff();

    for (int64_t i = 0; i < p->count; i++) {
        ACC value = WIDEN(x[i * p->stride]);

        maximum = value > maximum || value != value ? value : maximum;
    }
    return maximum;
}

/* The exponentials are kept in y if T holds them exactly; otherwise they are computed twice. */
INLINE void NAME(softmax_row)(const struct softmax *p, const T *restrict x, T *restrict y)
{
    ACC maximum = NAME(row_maximum)(p, x), sum = 0;

    for (int64_t i = 0; i < p->count; i++) {
        ACC value = NAME(exponential)(WIDEN(x[i * p->stride]) - maximum);

        if (sizeof(T) == sizeof(ACC))
            y[i * p->stride] = (T)value;
        sum += value;
    }
    for (int64_t i = 0; i < p->count; i++) {
        ACC value =
            sizeof(T) == sizeof(ACC) ? WIDEN(y[i * p->stride]) : NAME(exponential)(WIDEN(x[i * p->stride]) - maximum);

        y[i * p->stride] = NARROW(value / sum);
    }
}

INLINE void NAME(logsoftmax_row)(const struct softmax *p, const T *restrict x, T *restrict y)
{
    ACC maximum = NAME(row_maximum)(p, x), sum = 0, logarithm;

    for (int64_t i = 0; i < p->count; i++)
        sum += NAME(exponential)(WIDEN(x[i * p->stride]) - maximum);
    logarithm = NAME(logarithm)(sum);
    for (int64_t i = 0; i < p->count; i++)
        y[i * p->stride] = NARROW(WIDEN(x[i * p->stride]) - maximum - logarithm);
}

/* Offset of the box's `row`-th row. */
INLINE int64_t NAME(row_start)(const struct softmax *p, const struct box *box, int64_t row)
{
    int64_t start = 0, stride = 1;

    UNROLL
    for (int d = p->rank - 1; d >= 0; d--) {
        if (d < p->first || d >= p->last) {
            int64_t extent = box->hi[d] - box->lo[d];

            start += (box->lo[d] + row % extent) * stride;
            row /= extent;
        }
        stride *= p->dims[d];
    }
    return start;
}

INLINE int64_t NAME(row_count)(const struct softmax *p, const struct box *box)
{
    int64_t rows = 1;

    UNROLL
    for (int d = 0; d < p->rank; d++)
        rows *= d < p->first || d >= p->last ? box->hi[d] - box->lo[d] : 1;
    return rows;
}

ENTRY(softmax, struct softmax)
{
    int64_t rows = NAME(row_count)(p, box);

    for (int64_t row = 0; row < rows; row++) {
        int64_t start = NAME(row_start)(p, box, row);

        NAME(softmax_row)(p, (const T *)in[0] + start, (T *)out[0] + start);
    }
}

ENTRY(logsoftmax, struct softmax)
{
    int64_t rows = NAME(row_count)(p, box);

    for (int64_t row = 0; row < rows; row++) {
        int64_t start = NAME(row_start)(p, box, row);

        NAME(logsoftmax_row)(p, (const T *)in[0] + start, (T *)out[0] + start);
    }
}

#endif
