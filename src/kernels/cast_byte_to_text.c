#define KERNEL_FILE "cast_byte_to_text.c"
#define KERNEL_TYPES TYPE_float
#include "kernel.h"

#include "runs.h"
#include "runtime/model/text.h"
#include "small.h"

#ifdef T

INLINE bool byte_is_integer(int type)
{
    return type == NUMBER_UINT4 || type == NUMBER_INT4 || type == NUMBER_UINT2 || type == NUMBER_INT2;
}

/* A text that is exact to four bits identifies every float of 8 bits. */
ENTRY(cast_byte_to_text, struct cast)
{
    const uint8_t *restrict x = in[0];
    const char **restrict y = out[0];

    FOR_EACH_RUN(run, &p->space, box) {
        int64_t at = output_start(&p->space, &run);

        for (int64_t i = at; i < at + run.length; i++) {
            const float value = byte_decode(p->from, x[i]);

            y[i] = byte_is_integer(p->from) ? lltfi_integer_text((uint64_t)(int64_t)value, true)
                                            : lltfi_float_text((double)value, 4);
        }
    }
}

#endif
