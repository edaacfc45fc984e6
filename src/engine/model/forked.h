/* A trial in a forked child, from its start to its outcome (tier 2). */
#ifndef LLTFI_ENGINE_MODEL_FORKED_H
#define LLTFI_ENGINE_MODEL_FORKED_H

#include "engine/model/propagation.h"
#include "engine/model/subject.h"
#include "engine/plan.h"

/* Runs the planned fault; trial->number, config, input and layer are set. `values`, if given, has an element for each
 * value of the model; those that the struck layer and later ones computed receive a new tensor each. */
gboolean forked_trial(const struct model_runner *runner, const struct planned *planned, struct trial *trial,
                      GPtrArray *values, GError **error);

#endif
