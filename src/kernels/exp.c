#define KERNEL_FILE "exp.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

COSTLY_UNARY(exp, EXP(a))

#endif
