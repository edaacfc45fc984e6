/* All functions of a program: their sites, and the whole program in its forms. */
#ifndef LLTFI_PASSES_IR_FUNCTIONS_H
#define LLTFI_PASSES_IR_FUNCTIONS_H

#include "passes/select/sites.h"

/* A defined function, in module order. What has no sites is instrumented for counting all the same. */
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
    gboolean every_block; /* count so that it is right at every point (struct count_order), as it is at first */
    gboolean gate_flags;  /* gates are flags, whatever the machine (passes/inject/gates.h) */
    unsigned *opcodes;    /* by LLFI index - 1 */
    unsigned n_instructions;
};

/* `threads`: take it as a program with threads in any case. */
struct functions *functions_new(LLVMModuleRef module, const struct selection *selection, gboolean threads);
void functions_free(struct functions *functions);
typedef struct functions functions_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(functions_t, functions_free)

/* The function that has this instruction, by its LLFI index. */
const struct function *functions_find(const struct functions *functions, unsigned index);

/* A copy of a module. LLVMCloneModule leaves addresses of labels in tables of constants pointing into the original. */
LLVMModuleRef functions_copy(LLVMModuleRef module);

/* Links the runtime (src/runtime/program). Error where the program defines one of its functions. */
gboolean functions_link_runtime(LLVMModuleRef module, GError **error);

#endif
