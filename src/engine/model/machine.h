/*
 * A model that can be run in this process: its layers' code in every form, compiled when first asked for, and its
 * memory.
 *
 * One read-only mapping holds the constants and the layers' boxes, so a corrupted address of a box bound reads the same
 * data in every process. Each input of a campaign has a second mapping (struct memory) for the other tensors of its
 * run. Forked trials share it copy-on-write, and fork need not copy page tables of file mappings.
 */
#ifndef LLTFI_ENGINE_MODEL_MACHINE_H
#define LLTFI_ENGINE_MODEL_MACHINE_H

#include "engine/model/jit.h"
#include "passes/select/sites.h"

typedef void (*layer_entry)(const void *const *in, void *const *out, const struct box *box);

/* The code of one layer. Entries are NULL until compiled. */
struct layer_code {
    LLVMModuleRef scalar; /* NULL until it is needed */
    layer_entry entry[FORM_COUNT_OF_FORMS];
    uint64_t *counts;        /* of the count form: executions of each block */
    unsigned first_index;    /* LLFI index of the first instruction of the layer's function */
    unsigned first_original; /* the same without protection */
    unsigned n_originals;    /* instructions without protection */
    unsigned n_protected;    /* how many of them are protected */
    size_t n_instructions;
    unsigned n_blocks;
    unsigned *blocks;    /* block number of each instruction */
    unsigned *opcodes;   /* and its opcode */
    unsigned first_site; /* number in machine->sites of the layer's first site */
    unsigned n_sites;
    enum { GRAINS_UNKNOWN, GRAINS_NONE, GRAINS_FOUND } grains; /* whether the layer has a loop over the grains */
    int grain_loop;         /* its number in the scalar form; -1: the function computes one grain */
    gboolean may_go_astray; /* faults in some sites may corrupt addresses of loads */
    guint64 trusted_inputs; /* bit i: the layer is safe to run in this process whatever input i holds */
    guint64 unread_inputs;  /* bit i: the layer does not read input i, whose value was used while lowering */
};

struct campaign;
struct protection;
struct targets;

struct machine {
    const struct model *model;
    struct jit *jit;
    int opt_level;                       /* of scalar forms */
    const struct protection *protection; /* of scalar forms, since fast forms give the same bits; NULL: none */
    gboolean originals_only;             /* faults do not strike what protection added */
    gboolean constants_vary;             /* faults strike constants, so fast forms must not assume their values */
    struct layer_code *code;             /* by layer number - 1 */
    GArray *sites;                       /* struct site of all layers, in order of their LLFI index */
    struct targets *targets;  /* what faults at the levels tensor and weight strike; NULL: faults strike instructions */
    uint64_t *contained;      /* by site: bit r is set if a fault in its register r stays in the struck grain */
    uint64_t *straight;       /* by site: bit r is set if such a fault does not change a branch either */
    uint64_t *guarded;        /* by site: bit r is set if such a fault is contained, but may corrupt addresses of loads
                                 (guarded.h) */
    size_t *offsets;          /* of each value, in a run's memory or among the constants */
    size_t size;              /* bytes of a run's memory */
    unsigned char *constants; /* read-only */
    size_t constants_size;
    const struct box *boxes; /* by layer number - 1: the layer's whole space; after the constants */
    size_t constants_guard;  /* unmapped bytes before and after them */
};

struct machine *machine_new(const struct model *model, const char *cache, int opt_level, GError **error);
void machine_free(struct machine *machine);
typedef struct machine machine_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(machine_t, machine_free)

/* Protects the layers' scalar forms, which must not have been made yet. The plan must outlive the machine. */
void machine_protect(struct machine *machine, const struct protection *protection, gboolean originals_only);

/* Selects the sites of all layers and numbers their instructions. It is an error if nothing is selected. */
gboolean machine_select(struct machine *machine, const struct selection *selection, GError **error);

/* The same for a campaign's level: for tensors and weights, targets are selected instead of sites. */
gboolean machine_choose(struct machine *machine, const struct campaign *campaign, GError **error);

/* The scalar form of a layer as a module, made when first needed; belongs to the machine. */
LLVMModuleRef machine_scalar(struct machine *machine, int layer, GError **error);

/* Frees the modules, since a smaller process forks faster; compiled code is kept. They are made again when needed. */
void machine_drop_modules(struct machine *machine);

/* Compiles one form of one layer if that has not been done. The fault form needs machine_select before. */
gboolean machine_compile(struct machine *machine, int layer, enum form form, GError **error);

/* Determines for each site of a layer, whose grain loop has been chosen, in which registers a fault is contained.
 * `loops` are those of the scalar form. */
void machine_find_containment(struct machine *machine, int layer, const GPtrArray *loops);

/* Assigns every value its place, and copies the constants into their mapping. Part of machine_new and machine_free. */
gboolean machine_map_constants(struct machine *machine, GError **error);
void machine_unmap_constants(struct machine *machine);

/* The memory of one run. */
struct memory {
    int file;                    /* the mapping's file */
    unsigned char *data;         /* private and writable; before memory_freeze, shared with the file */
    const unsigned char *golden; /* after memory_freeze: the golden content, read-only, not changed by private writes */
    size_t size;
    size_t guard; /* unmapped bytes before and after `data` */
};

/* New memory with the input tensors; the rest is zero. */
struct memory *memory_new(const struct machine *machine, struct tensor *const *inputs, GError **error);
/* Declares the content golden: later writes are private to the process that makes them. */
gboolean memory_freeze(struct memory *memory, GError **error);
/* Discards this process's private writes after memory_freeze, so that the content is golden again. */
void memory_reset(struct memory *memory);
void memory_free(struct memory *memory);

/* Whether the memory around a run's tensors and around the constants is unmapped. */
gboolean machine_is_guarded(const struct machine *machine, const struct memory *memory);

/* The address of a value in a run's memory, or among the constants. */
void *machine_value(const struct machine *machine, unsigned char *data, int value);
size_t machine_value_size(const struct machine *machine, int value);

/* Changes a constant in this process and those that it forks. Other processes keep theirs. */
void machine_write_constant(const struct machine *machine, size_t offset, const void *bytes, size_t size);

/* A tensor that views a value in `data`, without ownership. Without data it has only type and shape. */
struct tensor machine_view(const struct machine *machine, unsigned char *data, int value);

/* Runs one layer for a box of its space; NULL: all of it. The form must be compiled. */
void machine_run_layer(const struct machine *machine, unsigned char *data, int layer, enum form form,
                       const struct box *box);

/* Runs every layer in one form, and compiles it where needed. Adds each layer's time to `seconds`, unless it is NULL.
 */
gboolean machine_run(struct machine *machine, unsigned char *data, enum form form, double *seconds, GError **error);

#endif
