#define KERNEL_FILE "not.c"
#define KERNEL_TYPES TYPE_bool
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(not, !a)

#endif
