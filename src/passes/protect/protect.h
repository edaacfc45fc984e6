/* Techniques that protect a program or a layer's function: they change it before its instructions are numbered. */
#ifndef LLTFI_PASSES_PROTECT_PROTECT_H
#define LLTFI_PASSES_PROTECT_PROTECT_H

#include "passes/ir/ir.h"

/* What is to be done. */
struct protection {
    const char *technique; /* a name in protect.c's table */
};

/* Applies a technique to a module. Error where the technique is unknown. */
gboolean protect_module(LLVMModuleRef module, const struct protection *protection, GError **error);

#endif
