#define KERNEL_FILE "pad.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "pad.h"

#ifdef T

INLINE T NAME(pad_element)(const struct pad *p, const void *const *in, int last, int64_t base, int64_t i)
{
    int64_t source = last < 0 ? 0 : pad_source(p->mode, p->extent[last], i - p->before[last]);

    if (base < 0 || source < 0)
        return *(p->has_value ? (const T *)in[2] : (const T *)p->value);
    return ((const T *)in[0])[base + source + (last < 0 ? 0 : p->cut[last])];
}

/* Offset of the input's row that this row of the output takes its elements from; -1: the row is all constant. */
INLINE int64_t NAME(pad_row)(const struct pad *p, const struct box *box, int64_t row, int64_t *to)
{
    int64_t from = 0;

    UNROLL
    for (int d = p->rank - 2; d >= 0; d--) {
        int64_t extent = box->hi[d] - box->lo[d], index = box->lo[d] + row % extent;
        int64_t source = pad_source(p->mode, p->extent[d], index - p->before[d]);

        row /= extent;
        *to += index * p->output[d];
        from = from < 0 || source < 0 ? -1 : from + (source + p->cut[d]) * p->input[d];
    }
    return from;
}

/* y[i] = x[source(i - before) + cut], or the constant. */
ENTRY(pad, struct pad)
{
    T *restrict y = out[0];
    int last = p->rank - 1;
    int64_t rows = 1, lo = last < 0 ? 0 : box->lo[last], hi = last < 0 ? 1 : box->hi[last];

    UNROLL
    for (int d = 0; d < last; d++)
        rows *= box->hi[d] - box->lo[d];
    for (int64_t row = 0; row < rows; row++) {
        int64_t to = 0, from = NAME(pad_row)(p, box, row, &to), inner = hi, end = hi;

        if (FAST && last >= 0 && from >= 0) {
            int64_t begin = p->before[last];

            inner = begin < lo ? lo : begin > hi ? hi : begin;
            end = begin + p->extent[last] < inner ? inner : begin + p->extent[last];
            end = end > hi ? hi : end;
        }
        for (int64_t i = lo; i < inner; i++)
            y[to + i] = NAME(pad_element)(p, in, last, from, i);
        for (int64_t i = inner; i < end; i++)
            y[to + i] = ((const T *)in[0])[from + i - p->before[last] + p->cut[last]];
        for (int64_t i = end; i < hi; i++)
            y[to + i] = NAME(pad_element)(p, in, last, from, i);
    }
}

#endif
