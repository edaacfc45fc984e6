#define KERNEL_FILE "cast_text.c"
#define KERNEL_TYPES (TYPE_float | TYPE_double | TYPE_int64)
#include "kernel.h"

#include "runs.h"
#include "runtime/model/text.h"
#include "small.h"

#ifdef T

#include "cast_store.h"

INLINE T NAME(number)(const char *text)
{
#if T_ELEMENT == 1
    return lltfi_text_float(text);
#elif T_ELEMENT == 11
    return lltfi_text_double(text);
#else
    return (T)lltfi_text_integer(text);
#endif
}

/* From strings, through T: double for double, int64 for integers, float for all others. */
ENTRY(cast_text, struct cast)
{
    const char *const *restrict x = in[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t at = output_start(&p->space, &run);

        for (int64_t i = at; i < at + run.length; i++)
            NAME(cast_store)(p, out[0], i, NAME(number)(x[i]));
    }
}

#endif
