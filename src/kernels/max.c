#define KERNEL_FILE "max.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

/* The largest; NaN if one of them is NaN. */
FOLD(max, LARGER(a, b))

#endif
