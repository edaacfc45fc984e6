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

/*
 * The program as FORM_FAULT, FORM_TRACE (which injects as well) or FORM_COUNT with the runtime linked: a new module.
 * For FORM_COUNT counters, as long as the program has instructions, receives each one's counter, or UINT_MAX, and
 * *n_counters their number. FORM_SCALAR is the program as it is, on the
 * same road to code.
 */
LLVMModuleRef functions_form(const struct functions *functions, LLVMModuleRef module, enum form form,
                             unsigned *counters, unsigned *n_counters, GError **error);

/* A copy of a module. LLVMCloneModule leaves addresses of labels in tables of constants pointing into the original. */
LLVMModuleRef functions_copy(LLVMModuleRef module);

/* Defines that many counters and links the runtime. Part of functions_form. */
gboolean functions_add_runtime(LLVMModuleRef module, unsigned n_counters, GError **error);

#endif
