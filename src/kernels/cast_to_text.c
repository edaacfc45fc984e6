#define KERNEL_FILE "cast_to_text.c"
#define KERNEL_TYPES (TYPES_NUMERIC | TYPE_bool)
#include "kernel.h"

#include "runs.h"
#include "runtime/model/text.h"
#include "small.h"

#ifdef T

/* Bits of the number's fraction, the leading one counted: how exact the text must be. */
INLINE const char *NAME(text)(ACC value)
{
#if T_FLOATING
    return lltfi_float_text((double)value, T_ELEMENT == NUMBER_DOUBLE     ? 53
                                           : T_ELEMENT == NUMBER_FLOAT    ? 24
                                           : T_ELEMENT == NUMBER_BFLOAT16 ? 8
                                                                          : 11);
#elif T_SIGNED
    return lltfi_integer_text((uint64_t)value, true);
#else
    return lltfi_integer_text((uint64_t)value, false);
#endif
}

ENTRY(cast_to_text, struct cast)
{
    const T *restrict x = in[0];
    const char **restrict y = out[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t at = output_start(&p->space, &run);

        for (int64_t i = at; i < at + run.length; i++)
            y[i] = NAME(text)(WIDEN(x[i]));
    }
}

#endif
