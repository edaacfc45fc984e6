/* What table.sh generates. */
#ifndef LLTFI_KERNELS_TABLE_H
#define LLTFI_KERNELS_TABLE_H

#include "kernels/native.h"

struct kernel_native {
    const char *symbol;
    kernel_function function;
    const struct kernel_bitcode *bitcode; /* of the file that defines it */
};

extern const struct kernel_bitcode kernel_bitcodes[]; /* ends with a NULL stem */
extern const struct kernel_native kernel_natives[];   /* ends with a NULL symbol */

#endif
