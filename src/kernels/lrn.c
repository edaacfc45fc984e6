#define KERNEL_FILE "lrn.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "lrn.h"
#include "value.h"

#include <math.h>

#ifdef T

INLINE ACC NAME(power)(ACC base, ACC exponent)
{
    return sizeof(ACC) == sizeof(double) ? (ACC)pow((double)base, (double)exponent)
                                         : (ACC)powf((float)base, (float)exponent);
}

/* x points at the element in the first of the summed channels. */
INLINE T NAME(respond)(const struct lrn *p, const T *restrict x, int64_t channels, T value)
{
    ACC sum = 0;

    for (int64_t c = 0; c < channels; c++)
        sum += WIDEN(x[c * p->plane]) * WIDEN(x[c * p->plane]);
    return NARROW(WIDEN(value) / NAME(power)((ACC)p->bias + (ACC)p->scale * sum, (ACC)p->beta));
}

ENTRY(lrn, struct lrn)
{
    const T *restrict x = in[0];
    T *restrict y = out[0];
    int64_t elements = 1;

    UNROLL
    for (int d = 0; d < p->rank; d++)
        elements *= box->hi[d] - box->lo[d];
    for (int64_t element = 0; element < elements; element++) {
        int64_t rest = element, at = 0, stride = 1, channel = 0, begin, end;

        UNROLL
        for (int d = p->rank - 1; d >= 0; d--) {
            int64_t extent = box->hi[d] - box->lo[d], i = box->lo[d] + rest % extent;

            at += i * stride;
            stride *= p->dims[d];
            rest /= extent;
            channel = d == 1 ? i : channel;
        }
        begin = channel > p->before ? channel - p->before : 0;
        end = channel + p->after < p->dims[1] ? channel + p->after + 1 : p->dims[1];
        y[at] = NAME(respond)(p, x + at + (begin - channel) * p->plane, end - begin, x[at]);
    }
}

#endif
