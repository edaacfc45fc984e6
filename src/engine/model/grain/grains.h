/*
 * Maps a dynamic instruction of a layer to its grain, so that only the grain that a fault strikes has to be run.
 *
 * A grain is the smallest part of a layer that is computed by itself: one element of its space, or a row (layer_grain).
 * One run of the layer's mark form determines where in the count of selected instructions each grain begins and ends.
 * Consecutive grains with equal counts (the interior of a convolution, its borders, its corners) are one entry of the
 * table.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_GRAINS_H
#define LLTFI_ENGINE_MODEL_GRAIN_GRAINS_H

#include "engine/model/machine.h"

/* n grains at equal distances and of equal length: the i-th one is grain `grain` + i * `step`, and has `each` selected
 * instructions, from `first` + i * `period` on. */
struct grain_run {
    uint64_t first, period, each, n;
    int64_t grain, step;
};

/* A layer's space, divided into grains. */
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
    guint *index; /* by offset >> shift: the last run that begins at or before the first offset of this value */
    guint n_index;
    unsigned shift;
};

/*
 * Finds the layer's grain loop, if that has not been done, and the grains of one input, whose golden tensors are in
 * `data`. NULL without an error if the layer has no loop whose iterations are its grains: its faults then need a run of
 * the whole layer.
 */
struct grains *grains_new(struct machine *machine, int layer, unsigned char *data, GError **error);
void grains_free(struct grains *grains);

/* The grain that selected instruction `offset` (from 0, of the layer's run) belongs to, and how many selected
 * instructions of that grain come before it. FALSE if it belongs to a loop around the grains. */
gboolean grains_find(const struct grains *grains, uint64_t offset, int64_t *grain, uint64_t *countdown);

/* The box of a grain by its number; grains are numbered in row-major order. */
void grain_box(const struct grid *grid, int64_t grain, struct box *box);

#endif
