/*
 * The propagation record of a trial: what its fault changed in the output of every layer that it reached. The only
 * place where that is measured: both tiers, replay and all reports have it from here.
 *
 * A layer is reached if the fault struck it or if one of its inputs differs from golden. One whose outputs have the
 * golden bits all the same has masked it.
 */
#ifndef LLTFI_ENGINE_MODEL_PROPAGATION_H
#define LLTFI_ENGINE_MODEL_PROPAGATION_H

#include "engine/model/grain/boxes.h"
#include "engine/model/machine.h"

/* The recorder of one process: one trial at a time. */
struct propagation;

struct propagation *propagation_new(const struct machine *machine);
void propagation_free(struct propagation *propagation);

/* A trial begins: nothing is struck, nothing differs. */
void propagation_begin(struct propagation *propagation);

/* A fault strikes this layer; 0: none. */
void propagation_strike(struct propagation *propagation, int layer);

/* Compares the model's inputs: only a store to a wrong address can have changed them. */
void propagation_inputs(struct propagation *propagation, const unsigned char *data, const unsigned char *golden);

/*
 * Compares the outputs of a layer with golden, in order of execution. `changed` has for each value the boxes that hold
 * all of its elements that differ; NULL: any may, also of layers that are not reached (a store to a wrong address).
 */
void propagation_layer(struct propagation *propagation, int layer, const unsigned char *data,
                       const unsigned char *golden, const struct boxes *changed);

/* The last layer that is known to be reached. */
int propagation_last(const struct propagation *propagation);

/* Appends what was found to what the trial has; the recorder has found nothing then. */
void trial_take_changes(struct trial *trial, struct propagation *propagation);
void trial_add_changes(struct trial *trial, const struct change *changes, guint n);

/* For a trial whose run has ended by itself, with all its changes: finds where the fault ended, unless it reached an
 * output of the model. */
void trial_find_masked(struct trial *trial, const struct model *model);

/* The layer where it ended; 0: nowhere. */
int trial_masked_in(const struct trial *trial);

#endif
