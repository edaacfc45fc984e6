/* The kernels compiled into the tool: they fold constants while a model is lowered, and are one more form for the
 * tests. */
#ifndef LLTFI_KERNELS_NATIVE_H
#define LLTFI_KERNELS_NATIVE_H

#include "base/box.h"

typedef void (*kernel_function)(const void *params, const void *const *in, void *const *out, const struct box *box);

/* The kernel of that symbol ("conv_float"), NULL where there is none. */
kernel_function kernel_native(const char *symbol);

/* The LLVM bitcode of the file that defines a kernel ("conv.c" for "conv_float"); NULL where there is none. */
struct kernel_bitcode {
    const char *stem;
    const unsigned char *fast, *fast_end;   /* compiled with FAST=1 */
    const unsigned char *fault, *fault_end; /* compiled with FAST=0 */
};
const struct kernel_bitcode *kernel_bitcode(const char *symbol);

#endif
