/*
 * The propagation record of a trial: what its fault changed in the output of every layer that it reached. Both tiers,
 * replay and all reports use this measurement.
 *
 * A layer is reached if the fault struck it or if one of its inputs differs from golden. A reached layer whose outputs
 * are golden nevertheless has masked the fault.
 */
#ifndef LLTFI_ENGINE_MODEL_PROPAGATION_H
#define LLTFI_ENGINE_MODEL_PROPAGATION_H

#include "engine/model/grain/boxes.h"
#include "engine/model/machine.h"

/* The recorder of one process, for one trial at a time. */
struct propagation;

struct propagation *propagation_new(const struct machine *machine);
void propagation_free(struct propagation *propagation);

/* Begins a trial: nothing is struck and nothing differs. */
void propagation_begin(struct propagation *propagation);

/* Reports that a fault strikes this layer; 0: no layer. */
void propagation_strike(struct propagation *propagation, int layer);

/* Compares the model's inputs, which only a store to a wrong address can have changed. */
void propagation_inputs(struct propagation *propagation, const unsigned char *data, const unsigned char *golden);

/*
 * Compares the outputs of a layer with golden, in order of execution. `changed` has for each value boxes that cover
 * all elements that differ. NULL: any element may differ, even in layers that are not reached (a store to a wrong
 * address).
 */
void propagation_layer(struct propagation *propagation, int layer, const unsigned char *data,
                       const unsigned char *golden, const struct boxes *changed);

/* The last layer that is known to be reached. */
int propagation_last(const struct propagation *propagation);

/* Moves what was recorded to the end of the trial's changes. */
void trial_take_changes(struct trial *trial, struct propagation *propagation);
void trial_add_changes(struct trial *trial, const struct change *changes, guint n);

/* For a trial that ended by itself and has all its changes: finds the layer where the fault was masked, unless it
 * reached an output of the model. */
void trial_find_masked(struct trial *trial, const struct model *model);

/* The layer where the fault was masked; 0: none. */
int trial_masked_in(const struct trial *trial);

#endif
