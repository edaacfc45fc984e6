#define KERNEL_FILE "leakyrelu.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "runs.h"

#ifdef T

UNARY(leakyrelu, a < 0 ? (ACC)p->alpha * a : a)

#endif
