#define KERNEL_FILE "less.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(less, a < b)

#endif
