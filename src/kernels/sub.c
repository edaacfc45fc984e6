#define KERNEL_FILE "sub.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

BINARY(sub, (WRAP)a - (WRAP)b)

#endif
