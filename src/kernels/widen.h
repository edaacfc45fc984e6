/* Elements as ACC. */
#ifndef LLTFI_WIDEN_H
#define LLTFI_WIDEN_H

#include "value.h"

/* By integer operations: of a conversion the compiler would carry bfloat16 values through loops, which most processors
 * can't. */
INLINE float widen_bfloat16(__bf16 value)
{
    union {
        __bf16 value;
        uint16_t bits;
    } u = { .value = value };

    return bits_float((uint32_t)u.bits << 16);
}

/* The ACC that x, of type T, stands for. */
#define WIDEN(x) _Generic((T)0, __bf16: widen_bfloat16((__bf16)(x)), default: (ACC)(x))

#endif
