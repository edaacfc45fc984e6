/* A trial in a forked child, from its start to its outcome (tier 2). */
#ifndef LLTFI_ENGINE_MODEL_FORKED_H
#define LLTFI_ENGINE_MODEL_FORKED_H

#include "engine/run.h"

#include <sys/types.h>

/* A request to stop, which a terminal sends to every process of the campaign, is the first process's business: children
 * keep it blocked from their first instruction on, and end as they would. Returns as fork does. */
pid_t fork_undisturbed(void);

/* Runs the planned fault; trial->number, config, input and layer are set. `values`, if given, receives the tensors that
 * the struck layer and those behind it computed, as run_replay says. */
gboolean forked_trial(const struct run *run, const struct planned *planned, struct trial *trial, GPtrArray *values,
                      GError **error);

#endif
