#define KERNEL_FILE "lessorequal.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(lessorequal, a <= b)

#endif
