/*
 * What is done to a module, in which order: pipeline.c has one row for every form of everything that is compiled.
 *
 * A model's layer begins as a function made from its kernel (COMPILE_FUNCTION). The instructions of its scalar form are
 * numbered, sites are selected among them, and the instrumented forms that run in this process are made from a copy of
 * it (COMPILE_LAYER). A program is brought into the form whose instructions are numbered in place (COMPILE_SOURCE), and
 * its instrumented forms are made from a copy of that (COMPILE_PROGRAM). `protect` is the last step before numbering in
 * both, so that what protection adds has sites and is counted.
 */
#ifndef LLTFI_PASSES_PIPELINE_H
#define LLTFI_PASSES_PIPELINE_H

#include "passes/instrument.h"
#include "passes/protect/protect.h"

enum compiled {
    COMPILE_FUNCTION, /* a layer's function, in fast or scalar form */
    COMPILE_LAYER,    /* a layer's code that this process runs: in fast form from its kernel, else from its function */
    COMPILE_MODEL,    /* the exported module of a model, in fast or scalar form, from its layers' functions */
    COMPILE_SOURCE,   /* a program before its instructions are numbered: scalar form */
    COMPILE_PROGRAM,  /* a whole program with the runtime, in scalar, count, fault or trace form */
    COMPILED_COUNT
};

struct functions;
struct model_builder;

/* What the passes work on, and what they know of it. Fields that a row's passes do not read stay zero. */
struct compilation {
    enum compiled what;
    enum form form;
    const char *name;                 /* of the layer, model or program: for messages and dumps */
    LLVMModuleRef from;               /* what it is made from: copied, but for COMPILE_SOURCE, which changes it */
    LLVMModuleRef module;             /* set by the first pass */
    int opt_level;                    /* 0 to 3: LLVM's optimization before instructions are numbered */
    struct protect_order *protection; /* NULL: none */

    /* COMPILE_FUNCTION, COMPILE_LAYER and COMPILE_MODEL. */
    const struct model *model;
    const struct layer *layer;
    const GArray *sites; /* struct site of the layer */
    unsigned first_index, first_site;
    int grain_loop; /* its number among the function's loops; -1: the function computes one grain */
    struct model_builder *builder;

    /* COMPILE_PROGRAM. */
    const struct functions *functions;
    unsigned *counters;      /* receives each instruction's counter, or UINT_MAX; NULL: the form does not count */
    LLVMModuleRef injectors; /* of software faults, linked as well; NULL: there are none */
    struct calls *calls;
    struct callers *callers;
    struct count_order count;
    struct gate_order gates;
};

/*
 * Runs the passes of a form. Returns the module, which is the caller's; NULL: an error, and nothing is left but `from`.
 * COMPILE_SOURCE returns `from`, which stays the owner's. `injectors` is consumed in any case.
 */
LLVMModuleRef pipeline_run(struct compilation *c, GError **error);

/* A layer's function: pipeline_run for COMPILE_FUNCTION. `protection`: what is to be done to it; NULL: nothing. */
LLVMModuleRef pipeline_layer(const struct model *model, const struct layer *layer, enum form form, int opt_level,
                             struct protect_order *protection, GError **error);

/* The passes of a form as text: part of the key of cached code. The caller frees. */
char *pipeline_text(enum compiled what, enum form form);

/* Whether a form has a pass of this name. */
gboolean pipeline_has(const char *pass);

/* The names of all passes with a line of help each, and their order in all forms. The caller frees. */
char *pipeline_help(void);

#endif
