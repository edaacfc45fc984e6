/*
 * Golden sums of a run's long sums: where a fault changes only late terms, a layer goes on from them. The sums are
 * those that its fast form comes by.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_PARTIAL_SUMS_H
#define LLTFI_ENGINE_MODEL_GRAIN_PARTIAL_SUMS_H

#include "engine/model/machine.h"
#include "kernels/resume.h"

/* The sums of one layer, from its golden inputs: `in` and `out` are what its entry takes. FALSE: it has none; else the
 * struct resume comes behind the inputs, and says `first` = 0. */
gboolean resume_init(struct resume *resume, const struct machine *machine, int layer, const void **in, void **out);
void resume_clear(struct resume *resume);

/* Of all layers, by layer number - 1, as `in` and `out` are; `sums` is NULL where a layer has none. */
struct resume *partial_sums_new(const struct machine *machine, const void ***in, void ***out);
void partial_sums_free(struct resume *partial_sums, const struct machine *machine);

#endif
