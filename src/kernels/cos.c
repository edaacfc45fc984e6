#define KERNEL_FILE "cos.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

UNARY(cos, COS(a))

#endif
