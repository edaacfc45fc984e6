#define KERNEL_FILE "add.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

BINARY(add, (WRAP)a + (WRAP)b)

#endif
