#define KERNEL_FILE "reduceprod.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int32 | TYPE_int64 | TYPE_uint32 | TYPE_uint64)
#include "kernel.h"

#include "reduction.h"

#ifdef T

REDUCTION(reduceprod, WRAP, 1, a *(WRAP)b, a)

#endif
