#define KERNEL_FILE "reducemean.c"
#define KERNEL_TYPES (TYPES_FLOATING | TYPE_int32 | TYPE_int64 | TYPE_uint32 | TYPE_uint64)
#include "kernel.h"

#include "reduction.h"

#ifdef T

/* Integers: the sum of 64 bits, divided towards zero. The mean of nothing is NaN, of integers 0. */
#if T_FLOATING
REDUCTION(reducemean, ACC, 0, a + b, a / (ACC)p->count)
#elif T_SIGNED
REDUCTION(reducemean, uint64_t, 0, a + (uint64_t)b, p->count == 0 ? 0 : (int64_t)a / p->count)
#else
REDUCTION(reducemean, uint64_t, 0, a + b, p->count == 0 ? 0 : a / (uint64_t)p->count)
#endif

#endif
