#define KERNEL_FILE "neg.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPES_SIGNED_INTEGER)
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(neg, -(WRAP)a)

#endif
