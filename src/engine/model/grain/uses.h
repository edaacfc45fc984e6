/* Where a changed value goes: the same for all inputs of a campaign. */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_USES_H
#define LLTFI_ENGINE_MODEL_GRAIN_USES_H

#include "engine/model/grain/boxes.h"
#include "engine/model/machine.h"

/* A layer that takes a value. */
struct consumer {
    int layer;
    int input;
};

/* Of one value. */
struct value_use {
    struct layout layout;
    struct box whole;
    size_t bytes;
    GArray *consumers; /* struct consumer, in order of the layers */
    gboolean is_output;
};

/* By value number. */
struct value_use *uses_new(const struct machine *machine);
void uses_free(struct value_use *uses, const struct machine *machine);

#endif
