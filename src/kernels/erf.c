#define KERNEL_FILE "erf.c"
#define KERNEL_TYPES TYPES_NUMERIC
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

COSTLY_UNARY(erf, ERF(a))

#endif
