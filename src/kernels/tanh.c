#define KERNEL_FILE "tanh.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

COSTLY_UNARY(tanh, TANH(a))

#endif
