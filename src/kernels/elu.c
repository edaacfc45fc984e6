#define KERNEL_FILE "elu.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

UNARY(elu, a < 0 ? (ACC)p->alpha * (EXP(a) - 1) : a)

#endif
