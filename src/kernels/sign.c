#define KERNEL_FILE "sign.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

/* Zero and NaN stay what they are. */
UNARY(sign, a > 0 ? 1 : a < 0 ? -1 : a)

#endif
