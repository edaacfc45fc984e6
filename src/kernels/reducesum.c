#define KERNEL_FILE "reducesum.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int32 | TYPE_int64 | TYPE_uint32 | TYPE_uint64)
#include "kernel.h"

#include "reduction.h"

#ifdef T

REDUCTION(reducesum, WRAP, 0, a + (WRAP)b, a)

#endif
