/* All functions of a program, with their instructions numbered, and their sites. */
#ifndef LLTFI_PASSES_IR_FUNCTIONS_H
#define LLTFI_PASSES_IR_FUNCTIONS_H

#include "passes/select/sites.h"

/* A defined function, in module order. Functions without sites are instrumented for counting as well. */
struct function {
    char *name;
    unsigned first_index; /* LLFI index of its first instruction */
    unsigned n_instructions;
    unsigned first_site;
    unsigned n_sites;
    const char *obstacle; /* why it can't be instrumented; NULL: it can */
};

struct functions {
    GArray *functions; /* struct function; number k is element k-1 */
    GArray *sites;     /* struct site, of all functions, in order of their LLFI index; layer: the function's number */
    unsigned left_out; /* selected instructions that can't be struck */
    unsigned n_obstacles; /* functions that can't be instrumented */
    gboolean threads;     /* the program starts threads */
    gboolean every_block; /* counters are correct at every point (struct count_order); TRUE at first */
    gboolean gate_flags;  /* gates are flags even on x86-64 (passes/inject/gates.h) */
    unsigned *opcodes;    /* by LLFI index - 1 */
    unsigned n_instructions;
};

/* Numbers the instructions and selects sites. `threads`: take it as a program with threads in any case. */
struct functions *functions_new(LLVMModuleRef module, const struct selection *selection, gboolean threads);
void functions_free(struct functions *functions);
typedef struct functions functions_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(functions_t, functions_free)

/* The function that contains the instruction with this LLFI index. */
const struct function *functions_find(const struct functions *functions, unsigned index);

/* A copy of a module. (In LLVMCloneModule's copies block addresses in constant tables refer to the original.) */
LLVMModuleRef functions_copy(LLVMModuleRef module);

/* Links the runtime (src/runtime/program). Error where the program defines one of its functions. */
gboolean functions_link_runtime(LLVMModuleRef module, GError **error);

#endif
