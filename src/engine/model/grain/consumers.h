/* Where a changed value goes: the same for all inputs of a campaign. */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_CONSUMERS_H
#define LLTFI_ENGINE_MODEL_GRAIN_CONSUMERS_H

#include "engine/model/grain/boxes.h"
#include "engine/model/machine.h"

/* A layer that takes a value. */
struct consumer {
    int layer;
    int input;
};

/* Of one value. */
struct route {
    struct layout layout;
    struct box whole;
    size_t octets;
    GArray *consumers; /* struct consumer, in order of the layers */
    gboolean is_output;
};

/* By value number. */
struct route *routes_new(const struct machine *machine);
void routes_free(struct route *routes, const struct machine *machine);

#endif
