#define KERNEL_FILE "xor.c"
#define KERNEL_TYPES TYPE_bool
#include "kernel.h"

#include "runs.h"

#ifdef T

COMPARISON(xor, a != b)

#endif
