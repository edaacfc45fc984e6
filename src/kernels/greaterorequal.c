#define KERNEL_FILE "greaterorequal.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(greaterorequal, a >= b)

#endif
