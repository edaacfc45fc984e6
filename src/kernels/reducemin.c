#define KERNEL_FILE "reducemin.c"
#define KERNEL_TYPES (TYPES_NUMERIC | TYPE_bool)
#include "kernel.h"

#include "extremes.h"
#include "reduction.h"

#ifdef T

/* The smallest; NaN if one of them is NaN; of nothing the largest that there is. */
REDUCTION(reducemin, ACC, (ACC)LARGEST, SMALLER(a, b), a)

#endif
