#define KERNEL_FILE "cast_byte.c"
#define KERNEL_TYPES TYPE_float
#include "kernel.h"

#include "runs.h"
#include "small.h"

#ifdef T

#include "cast_store.h"

/* From types of 8 bits and less, every value of which a float holds. */
ENTRY(cast_byte, struct cast)
{
    const uint8_t *restrict x = in[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t at = output_start(&p->space, &run);

        for (int64_t i = at; i < at + run.length; i++)
            NAME(cast_store)(p, out[0], i, byte_decode(p->from, x[i]));
    }
}

#endif
