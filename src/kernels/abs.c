#define KERNEL_FILE "abs.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "runs.h"

#ifdef T

#if T_FLOATING
UNARY(abs, __builtin_elementwise_abs(a))
#else
UNARY(abs, a < 0 ? -(WRAP)a : (WRAP)a)
#endif

#endif
