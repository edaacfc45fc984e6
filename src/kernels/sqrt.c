#define KERNEL_FILE "sqrt.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(sqrt, __builtin_elementwise_sqrt(a))

#endif
