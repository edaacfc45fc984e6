/* What is known of functions that programs call and do not define: one table, library.def. */
#ifndef LLTFI_PASSES_ANALYSIS_LIBRARY_H
#define LLTFI_PASSES_ANALYSIS_LIBRARY_H

#include "passes/ir/ir.h"

enum library_flag {
    LIBRARY_RETURNS = 1 << 0, /* returns, once, and runs no code of the program */
    LIBRARY_PURE = 1 << 1,    /* the same, and does nothing but compute a number from numbers */
    LIBRARY_THREADS = 1 << 2, /* begins a thread */
    LIBRARY_SIGNALS = 1 << 3, /* code of the program may run between any two instructions, or go on elsewhere */
    LIBRARY_HOOKS = 1 << 4,   /* the library may call the program where it otherwise would not */
    LIBRARY_RUNS = 1 << 5,    /* may run code of the program (a signal handler), which LLVM does not infer */
    LIBRARY_SHARES = 1 << 6,  /* leads out of a run's folder to what processes share: addresses, memory, locks */
    LIBRARY_PARALLEL = 1 << 8, /* has as many threads as there are processors */
    LIBRARY_CLOCK = 1 << 7,   /* returns what a clock says */
};

/* A set of enum library_flag by a function's name; intrinsics by the first two words of theirs, as llvm.fabs. */
unsigned library_flags(const char *name);

/* The first function or variable with a flag that a module has; NULL: none. */
const char *library_find(LLVMModuleRef module, unsigned flag);
/* The same, but only if the module does not define it. */
const char *library_find_declared(LLVMModuleRef module, unsigned flag);

/* Whether the program may learn what time it is: it calls a function that says so, or one of which nothing is known. */
gboolean library_may_read_clock(LLVMModuleRef module);

/* Adds the functions that a module declares and that return, once, and run no code of the program, to a set. */
void library_add_returning(LLVMModuleRef module, GHashTable *functions);

#endif
