/* Runs all faults of a range of dynamic instructions, one after the other, in the calling process. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_SWEEP_H
#define LLTFI_ENGINE_EXHAUSTIVE_SWEEP_H

#include "engine/exhaustive/exhaustive.h"

struct sweep;

/* The runner, which has a `differential`, belongs to the caller, as does `bins`, which receives the counts. */
struct sweep *sweep_new(const struct model_runner *runner, struct bins *bins);
void sweep_free(struct sweep *sweep);

/* Runs a unit. If `stop` (which may be NULL) is set meanwhile, the unit is given up and *done is FALSE. */
gboolean sweep_unit(struct sweep *sweep, const struct unit *unit, const uint32_t *stop, gboolean *done, GError **error);

/* Measures what trials of a unit cost: runs contained ones until the time is over, and a few forked ones. */
struct sweep_cost {
    double seconds[2]; /* of contained trials, of others */
    uint64_t trials[2];
};
gboolean sweep_measure(struct sweep *sweep, const struct unit *unit, double seconds, struct sweep_cost *cost,
                       GError **error);

#endif
