#define KERNEL_FILE "log.c"
#define KERNEL_TYPES TYPES_FLOATING
#include "kernel.h"

#include "functions.h"
#include "runs.h"

#ifdef T

UNARY(log, LOG(a))

#endif
