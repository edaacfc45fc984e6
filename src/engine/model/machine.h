/*
 * A model that can be run in this process: its layers' code in every form, compiled when first asked for, and its
 * memory.
 *
 * Constants lie in one read-only file mapping, and the boxes that layers are run with: a fault in the address of a
 * box's limit finds the same in every process. The other tensors of a run lie in a second one (struct memory), one for
 * each input of a campaign: forked trials share it copy-on-write, and page tables of file mappings cost a fork nothing.
 */
#ifndef LLTFI_ENGINE_MODEL_MACHINE_H
#define LLTFI_ENGINE_MODEL_MACHINE_H

#include "engine/model/jit.h"
#include "passes/select/sites.h"

typedef void (*layer_entry)(const void *const *in, void *const *out, const struct box *box);

/* The code of one layer. Entries are NULL until compiled. */
struct layer_code {
    LLVMModuleRef scalar; /* NULL until asked for */
    layer_entry entry[FORM_COUNT_OF_FORMS];
    uint64_t *counts;     /* of the count form: executions of each block */
    unsigned first_index; /* LLFI index of the first instruction of the layer's function */
    size_t n_instructions;
    unsigned n_blocks;
    unsigned *blocks;    /* block number of each instruction */
    unsigned *opcodes;   /* and its opcode */
    unsigned first_site; /* number in machine->sites of the layer's first site */
    unsigned n_sites;
    enum { GRAINS_UNKNOWN, GRAINS_NONE, GRAINS_FOUND } grains; /* whether there is a loop over the grains */
    int grain_loop;         /* its number in the scalar form, -1: the function computes one grain */
    gboolean may_go_astray; /* faults in some site may make loads go astray */
    guint64 trusted_inputs; /* bit i: whatever input i holds, the layer does no harm with it */
    guint64 unread_inputs;  /* bit i: the layer does not read input i: what it held shaped the layer while lowering */
};

struct targets;

struct machine {
    const struct model *model;
    struct jit *jit;
    int opt_level;            /* of scalar forms */
    gboolean constants_vary;  /* faults strike constants: fast forms must not count on what they hold */
    struct layer_code *code;  /* by layer number - 1 */
    GArray *sites;            /* struct site of all layers, in order of their LLFI index */
    struct targets *targets;  /* what faults at the levels tensor and weight strike; NULL: they strike instructions */
    uint64_t *contained;      /* by site: bit r tells that a fault in its register r stays in the grain it strikes */
    uint64_t *straight;       /* by site: bit r tells that it does not even change a branch */
    uint64_t *guarded;        /* by site: bit r tells that it is contained, but loads may go astray (wild.h) */
    size_t *offsets;          /* of each value in a run's memory, or among the constants */
    size_t size;              /* bytes of a run's memory */
    unsigned char *constants; /* read-only */
    size_t constants_size;
    const struct box *boxes; /* by layer number - 1: all of it; behind the constants */
    size_t constants_guard;  /* bytes before and behind them that are mapped to nothing */
};

struct machine *machine_new(const struct model *model, const char *cache, int opt_level, GError **error);
void machine_free(struct machine *machine);
typedef struct machine machine_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(machine_t, machine_free)

/* Selects the sites of all layers and numbers their instructions. Error where nothing is selected. */
gboolean machine_select(struct machine *machine, const struct selection *selection, GError **error);

/* The same, and the level that the campaign's faults are on: for tensors and weights no site is selected, but targets
 * are. */
gboolean machine_choose(struct machine *machine, const struct campaign *campaign, GError **error);

/* The scalar form of a layer as a module, made when first asked for; belongs to the machine. */
LLVMModuleRef machine_scalar(struct machine *machine, int layer, GError **error);

/* Frees the modules: what is compiled stays, and a lean process forks faster. They are made again when asked for. */
void machine_drop_modules(struct machine *machine);

/* Compiles one form of one layer if that has not been done. The fault form needs machine_select before. */
gboolean machine_compile(struct machine *machine, int layer, enum form form, GError **error);

/* Says for each site of a layer whose grain loop is chosen in which of its registers a fault stays contained. `loops`
 * are those of its scalar form. */
void machine_find_containment(struct machine *machine, int layer, const GPtrArray *loops);

/* Places every value; copies the constants into their mapping. Part of machine_new and machine_free. */
gboolean machine_map_constants(struct machine *machine, GError **error);
void machine_unmap_constants(struct machine *machine);

/* The memory of one run. */
struct memory {
    int file;                    /* the mapping's file */
    unsigned char *data;         /* private and writable; until memory_freeze shared with the file */
    const unsigned char *golden; /* after memory_freeze: the same content, read-only, out of reach of private writes */
    size_t size;
    size_t guard; /* bytes before and behind `data` that are mapped to nothing */
};

/* Memory of zeros with the input tensors in place. */
struct memory *memory_new(const struct machine *machine, struct tensor *const *inputs, GError **error);
/* What it holds now is golden: later writes are private to the process that makes them. */
gboolean memory_freeze(struct memory *memory, GError **error);
/* Gives up this process's private writes after memory_freeze: golden again. */
void memory_reset(struct memory *memory);
void memory_free(struct memory *memory);

/* Whether nothing is mapped around a run's tensors and the constants. */
gboolean machine_is_guarded(const struct machine *machine, const struct memory *memory);

/* Where a value lies in a run's memory (or among the constants). */
void *machine_value(const struct machine *machine, unsigned char *data, int value);
size_t machine_value_size(const struct machine *machine, int value);

/* Changes a constant in this process and those that it forks. Other processes keep theirs. */
void machine_write_constant(const struct machine *machine, size_t offset, const void *bytes, size_t size);

/* A tensor that views a value in `data`: no ownership. Without data it has type and shape only. */
struct tensor machine_view(const struct machine *machine, unsigned char *data, int value);

/* Runs one layer for a box of its space; NULL: all of it. The form must be compiled. */
void machine_run_layer(const struct machine *machine, unsigned char *data, int layer, enum form form,
                       const struct box *box);

/* Runs every layer in one form, compiling it where needed; adds up the seconds of each layer where `seconds` is given.
 */
gboolean machine_run(struct machine *machine, unsigned char *data, enum form form, double *seconds, GError **error);

#endif
