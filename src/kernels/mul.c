#define KERNEL_FILE "mul.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

BINARY(mul, (WRAP)a *(WRAP)b)

#endif
