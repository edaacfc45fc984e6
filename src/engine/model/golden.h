/* The golden run of an input, and its profile: how often each instruction was executed. */
#ifndef LLTFI_ENGINE_MODEL_GOLDEN_H
#define LLTFI_ENGINE_MODEL_GOLDEN_H

#include "engine/model/grain/grains.h"

/* One input, run without faults. */
struct golden {
    guint n_layers;
    struct memory *memory;         /* frozen: every tensor of the run */
    struct tensor *views;          /* the outputs, in the model's order, in memory->golden */
    const struct tensor **outputs; /* pointers to them */
    uint64_t *executions;          /* by site */
    uint64_t *selected;            /* by layer number - 1: executed selected instructions */
    uint64_t
        *before; /* the same, summed over all earlier layers; one element more than layers: the last is the total */
    struct grains *
        *grains; /* by layer number - 1, after golden_find_grains; an element is NULL if the layer has no table */
    double *fast_seconds;   /* by layer number - 1 */
    double *scalar_seconds; /* of the profile run, an upper estimate for the fault form */
};

/* Runs the model in fast form, then counts in the scalar form, which must give the same bits. */
struct golden *golden_new(struct machine *machine, struct tensor *const *inputs, GError **error);
void golden_free(struct golden *golden);

/* Makes the table that maps faults to grains for every layer that faults can strike. */
gboolean golden_find_grains(struct golden *golden, struct machine *machine, GError **error);

/* Writes the executions of each site of this run into machine->sites. golden_new does so as well. */
uint64_t golden_total(const struct golden *golden, const struct machine *machine);

/* Dynamic instructions of one layer in the last profile run, by opcode (OPCODE_COUNT long; may be NULL). */
uint64_t profile_layer(const struct machine *machine, int layer, uint64_t *by_opcode);

#endif
