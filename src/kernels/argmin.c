#define KERNEL_FILE "argmin.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "reduction.h"

#ifdef T

/* NaN counts as the smallest. */
ARGUMENT(argmin, p->select_last ? b <= a || b != b : b < a || (b != b && a == a))

#endif
