#define KERNEL_FILE "copy.c"
#define KERNEL_TYPES TYPES_BITS
#include "kernel.h"

#include "copy.h"

#ifdef T
#include "move.h"

/* y[i . output] = x[offset + i . strides] */
ENTRY(copy, struct copy)
{
    NAME(move)(p->rank, box, (const T *)in[0] + p->offset, p->strides, out[0], p->output);
}

#endif
