#define KERNEL_FILE "floor.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(floor, __builtin_elementwise_floor(a))

#endif
