#define KERNEL_FILE "atan.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

UNARY(atan, ATAN(a))

#endif
