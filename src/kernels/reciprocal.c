#define KERNEL_FILE "reciprocal.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(reciprocal, 1 / a)

#endif
