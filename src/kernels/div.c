#define KERNEL_FILE "div.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

/* ONNX leaves integer division by zero open: 0. The smallest integer through -1 wraps around. */
INLINE ACC NAME(quotient)(ACC a, ACC b)
{
#if T_FLOATING
    return a / b;
#elif T_SIGNED
    ACC divisor = b == 0 || b == -1 ? 1 : b;

    return b == 0 ? 0 : b == -1 ? (ACC) - (WRAP)a : (ACC)(a / divisor);
#else
    return b == 0 ? 0 : (ACC)(a / (b == 0 ? 1 : b));
#endif
}

BINARY(div, NAME(quotient)(a, b))

#endif
