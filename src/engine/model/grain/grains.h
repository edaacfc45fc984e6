/*
 * Which grain of a layer a dynamic instruction belongs to: what maps a fault to the one grain that has to be run.
 *
 * A grain is what a layer computes at once: one element of its space, or a row... (layer_grain). One run of the layer's
 * mark form tells where in the count of its selected instructions each grain begins and ends. Neighbours with equal
 * counts (the interior of a convolution, its borders, its corners) make one entry of the table.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_GRAINS_H
#define LLTFI_ENGINE_MODEL_GRAIN_GRAINS_H

#include "engine/model/machine.h"

/* n grains, equally far apart and equally long: grain i is number `grain` + i * `step` and has the selected
 * instructions from `first` + i * `period` on, `each` of them. */
struct grain_run {
    uint64_t first, period, each, n;
    int64_t grain, step;
};

/* A layer's space, cut into grains. */
struct grid {
    int rank;
    int64_t space[MAX_RANK];
    int64_t extent[MAX_RANK]; /* of a grain */
    int64_t count[MAX_RANK];  /* grains along each dimension */
    int64_t grains;
};

struct grains {
    struct grid grid;
    GArray *runs; /* struct grain_run, ascending */
    guint *index; /* by offset >> shift: the last run that begins at or before the first such offset */
    guint n_index;
    unsigned shift;
};

/*
 * Finds the layer's grain loop, if that has not been done, and marks the grains of one input, whose golden tensors are
 * in `data`. NULL without an error where the layer has no loop whose iterations are its grains: its faults need a run
 * of the whole layer.
 */
struct grains *grains_new(struct machine *machine, int layer, unsigned char *data, GError **error);
void grains_free(struct grains *grains);

/* The grain that selected instruction `offset` (from 0, of the layer's run) belongs to, and how many selected
 * instructions of that grain come before it. FALSE where it belongs to no grain but to a loop around. */
gboolean grains_find(const struct grains *grains, uint64_t offset, int64_t *grain, uint64_t *countdown);

/* The box of a grain by its number: grains are counted in row-major order. */
void grain_box(const struct grid *grid, int64_t grain, struct box *box);

#endif
