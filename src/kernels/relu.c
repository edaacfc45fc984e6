#define KERNEL_FILE "relu.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPES_SIGNED_INTEGER)
#include "kernel.h"

#include "runs.h"

#ifdef T

/* NaN stays NaN. */
UNARY(relu, a < 0 ? 0 : a)

#endif
