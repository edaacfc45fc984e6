#define KERNEL_FILE "cast.c"
#define KERNEL_TYPES (TYPES_NUMERIC | TYPE_bool)
#include "kernel.h"

#include "runs.h"
#include "small.h"

#ifdef T

#include "cast_store.h"

/* Integers lose their high bits, floats round or are cut off towards zero. */
ENTRY(cast, struct cast)
{
    const T *restrict x = in[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t at = output_start(&p->space, &run);

        for (int64_t i = at; i < at + run.length; i++)
            NAME(cast_store)(p, out[0], i, WIDEN(x[i]));
    }
}

#endif
