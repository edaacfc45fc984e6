/*
 * The last layers of a model, as far as they are so small that running them whole takes less time than finding out what
 * of them a fault reaches: classifiers end in a few thousand additions.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_TAIL_H
#define LLTFI_ENGINE_MODEL_GRAIN_TAIL_H

#include "engine/model/machine.h"

struct tail {
    int first;         /* the first of these layers; one behind the last layer: there are none */
    struct box *whole; /* by layer number - first: its space */
    size_t begin, end; /* of a run's memory: where the outputs of these layers lie */
};

/* Counts on the counters of the profile run. */
void tail_init(struct tail *tail, const struct machine *machine);
void tail_clear(struct tail *tail);

#endif
