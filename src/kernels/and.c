#define KERNEL_FILE "and.c"
#define KERNEL_TYPES TYPE_bool
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(and, a &&b)

#endif
