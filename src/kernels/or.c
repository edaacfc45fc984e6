#define KERNEL_FILE "or.c"
#define KERNEL_TYPES TYPE_bool
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(or, a || b)

#endif
