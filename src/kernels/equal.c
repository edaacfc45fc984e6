#define KERNEL_FILE "equal.c"
#define KERNEL_TYPES (TYPES_NUMERIC | TYPE_bool)
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(equal, a == b)

#endif
