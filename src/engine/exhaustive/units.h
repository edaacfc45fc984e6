/* The units of work of an exhaustive campaign: each is a range of one layer's dynamic selected instructions for one
 * input. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_UNITS_H
#define LLTFI_ENGINE_EXHAUSTIVE_UNITS_H

#include "engine/exhaustive/population.h"
#include "engine/model/subject.h"

struct unit {
    int input, layer;
    uint64_t first, end; /* selected instructions of the layer's run, from 0 */
};

/* The units of one layer for one input. */
struct unit_group {
    uint64_t first; /* number of its first unit */
    int input, layer;
    uint64_t span; /* instructions of a unit */
    struct population population;
};

struct units {
    const struct model_subject *subject;
    GArray *groups; /* struct unit_group, ascending; only those with selected instructions */
    uint64_t n;     /* units of all groups */
    struct population population;
};

/* A pure function of campaign, profile and containment: after model_subject_compile. */
struct units *units_new(const struct model_subject *subject);
void units_free(struct units *units);
typedef struct units units_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(units_t, units_free)

struct unit units_get(const struct units *units, uint64_t number);

#endif
