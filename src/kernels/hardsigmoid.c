#define KERNEL_FILE "hardsigmoid.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(hardsigmoid, SMALLER(LARGER((ACC)p->alpha *a + (ACC)p->beta, (ACC)0), (ACC)1))

#endif
