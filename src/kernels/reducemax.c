#define KERNEL_FILE "reducemax.c"
#define KERNEL_TYPES (TYPES_NUMERIC | TYPE_bool)
#include "kernel.h"

#include "extremes.h"
#include "reduction.h"

#ifdef T

/* The largest; NaN if one of them is NaN; of nothing the least that there is. */
REDUCTION(reducemax, ACC, (ACC)LEAST, LARGER(a, b), a)

#endif
