#define KERNEL_FILE "greater.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(greater, a > b)

#endif
