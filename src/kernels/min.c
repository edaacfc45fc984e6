#define KERNEL_FILE "min.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

/* The smallest; NaN if one of them is NaN. */
FOLD(min, SMALLER(a, b))

#endif
