/*
 * The last layers of a model, if they are so small that running them whole takes less time than finding out which parts
 * a fault reaches. Classifiers, for example, end in a few thousand additions.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_TAIL_H
#define LLTFI_ENGINE_MODEL_GRAIN_TAIL_H

#include "engine/model/machine.h"

struct tail {
    int first;         /* the first of these layers; the number of layers + 1: there are none */
    struct box *whole; /* by layer number - first: its space */
    size_t begin, end; /* range of a run's memory that has the outputs of these layers */
};

/* Uses the counters of the last profile run. */
void tail_init(struct tail *tail, const struct machine *machine);
void tail_clear(struct tail *tail);

#endif
