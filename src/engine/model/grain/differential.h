/*
 * A trial that computes only what the fault changes (tier 1): the struck grain in its grain form, or the struck element
 * of a tensor, then, layer by layer, the boxes that the changed elements reach in fast form, until nothing differs from
 * the golden run. Exact: every bit is as in a run of the whole model.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_DIFFERENTIAL_H
#define LLTFI_ENGINE_MODEL_GRAIN_DIFFERENTIAL_H

#include "engine/model/golden.h"
#include "engine/model/propagation.h"
#include "engine/outcome.h"
#include "engine/plan.h"

struct differential;

/* Works in the calling process's private copy of the golden tensors; only this process may use it. */
struct differential *differential_new(const struct machine *machine, struct golden *const *golden, size_t n_inputs,
                                      const struct outcome_reference *references);
void differential_free(struct differential *differential);

/* Makes trials record how their faults propagate (trial->changes). */
void differential_record(struct differential *differential, struct propagation *propagation);

/*
 * Runs the planned fault; trial->number, config, input and layer are set. FALSE if this fault can't be run here (it
 * reaches the address of a store, strikes several layers...): nothing has changed then, and the trial needs a child of
 * its own. *outputs receives the faulty outputs, which are valid until differential_reset; the caller calls that after
 * each trial.
 */
gboolean differential_trial(struct differential *differential, const struct planned *planned, struct trial *trial,
                            const struct tensor *const **outputs);
void differential_reset(struct differential *differential);

/*
 * The same in two steps, for a fault whose grain is known. differential_strike arms `plan` with the countdown from the
 * beginning of that grain and runs it; the plan's record function is the caller's. differential_is_golden returns
 * whether the fault was masked there; differential_follow continues to the outcome. Both return FALSE as
 * differential_trial does.
 */
gboolean differential_strike(struct differential *differential, const struct planned *planned,
                             struct runtime_plan *plan, uint64_t countdown, const struct box *grain,
                             struct trial *trial);
gboolean differential_is_golden(const struct differential *differential);
gboolean differential_follow(struct differential *differential, const struct tensor *const **outputs);

#endif
