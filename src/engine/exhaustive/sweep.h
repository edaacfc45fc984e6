/* All faults of a range of dynamic instructions, one after the other, in the process that calls. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_SWEEP_H
#define LLTFI_ENGINE_EXHAUSTIVE_SWEEP_H

#include "engine/exhaustive/exhaustive.h"

struct sweep;

/* The runner, which has a `differential`, belongs to the caller, as does `bins`, which receives the counts. */
struct sweep *sweep_new(const struct model_runner *runner, struct bins *bins);
void sweep_free(struct sweep *sweep);

/* The whole unit, unless `stop` is set meanwhile (NULL: it can't be): *done tells. */
gboolean sweep_unit(struct sweep *sweep, const struct unit *unit, const uint32_t *stop, gboolean *done, GError **error);

/* What trials of a unit cost: runs them until the time is over, and a few of those that are forked. */
struct sweep_cost {
    double seconds[2]; /* of contained trials, of others */
    uint64_t trials[2];
};
gboolean sweep_measure(struct sweep *sweep, const struct unit *unit, double seconds, struct sweep_cost *cost,
                       GError **error);

#endif
