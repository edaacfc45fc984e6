#define KERNEL_FILE "sigmoid.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

COSTLY_UNARY(sigmoid, SIGMOID(a))

#endif
