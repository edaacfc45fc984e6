/*
 * Partial sums of the golden run. If a fault changes only late terms of a long sum, the layer resumes from the last
 * partial sum before them. They are computed by the fast form.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_PARTIAL_SUMS_H
#define LLTFI_ENGINE_MODEL_GRAIN_PARTIAL_SUMS_H

#include "engine/model/machine.h"
#include "kernels/resume.h"

/* Computes the partial sums of one layer from its golden inputs; `in` and `out` are the arguments of its entry. FALSE:
 * the layer has none; else its struct resume is after the inputs, with `first` = 0. */
gboolean resume_init(struct resume *resume, const struct machine *machine, int layer, const void **in, void **out);
void resume_clear(struct resume *resume);

/* The partial sums of all layers, by layer number - 1 as `in` and `out`; `sums` is NULL if a layer has none. */
struct resume *partial_sums_new(const struct machine *machine, const void ***in, void ***out);
void partial_sums_free(struct resume *partial_sums, const struct machine *machine);

#endif
