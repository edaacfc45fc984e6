/* Which layers read a value. The same for all inputs of a campaign. */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_USES_H
#define LLTFI_ENGINE_MODEL_GRAIN_USES_H

#include "engine/model/grain/boxes.h"
#include "engine/model/machine.h"

/* A layer that reads a value. */
struct consumer {
    int layer;
    int input;
};

/* The uses of one value. */
struct value_use {
    struct layout layout;
    struct box whole;
    size_t bytes;
    GArray *consumers; /* struct consumer, in order of the layers */
    gboolean is_output;
};

/* The uses of all values, by value number. */
struct value_use *uses_new(const struct machine *machine);
void uses_free(struct value_use *uses, const struct machine *machine);

#endif
