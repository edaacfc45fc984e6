#define KERNEL_FILE "ceil.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(ceil, __builtin_elementwise_ceil(a))

#endif
