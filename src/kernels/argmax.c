#define KERNEL_FILE "argmax.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "reduction.h"

#ifdef T

/* NaN counts as the largest. */
ARGUMENT(argmax, p->select_last ? b >= a || b != b : b > a || (b != b && a == a))

#endif
