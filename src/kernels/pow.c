#define KERNEL_FILE "pow.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int32 | TYPE_int64)
#include "kernel.h"

#include "pow.h"
#include "runs.h"

#include <math.h>

#ifdef T

#if T_FLOATING

INLINE ACC NAME(power)(const struct elementwise *p, ACC base, const void *exponents, int64_t i)
{
    if (sizeof(ACC) == sizeof(double) || exponent_is_wide(p->mode))
        return (ACC)pow((double)base, exponent_as_double(exponents, p->mode, i));
    return (ACC)powf((float)base, (float)exponent_as_double(exponents, p->mode, i));
}

#else

INLINE ACC NAME(power)(const struct elementwise *p, ACC base, const void *exponents, int64_t i)
{
    double result;

    if (exponent_is_integer(p->mode))
        return (ACC)integer_power((int64_t)base, exponent_as_integer(exponents, p->mode, i),
                                  exponent_is_signed(p->mode));
    result = pow((double)base, exponent_as_double(exponents, p->mode, i));
    return sizeof(T) == 4 ? (ACC)TO_INTEGER(result, int32_t, INT32_MIN, INT32_MAX, 0x1p31)
                          : (ACC)TO_INTEGER(result, int64_t, INT64_MIN, INT64_MAX, 0x1p63);
}

#endif

/* y = base ^ exponent, in the base's type. Integers wrap around. */
ENTRY(pow, struct elementwise)
{
    const T *restrict base = in[0];
    T *restrict y = out[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t ib = operand_start(&p->space, &p->input[0], &run);
        int64_t ie = operand_start(&p->space, &p->input[1], &run);
        int64_t iy = output_start(&p->space, &run);

        for (int64_t i = 0; i < run.length; i++)
            y[iy + i] =
                NARROW(NAME(power)(p, WIDEN(base[ib + i * p->input[0].step]), in[1], ie + i * p->input[1].step));
    }
}

#endif
