#define KERNEL_FILE "sin.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

UNARY(sin, SIN(a))

#endif
