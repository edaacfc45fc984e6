/* Counts of trials by group: all that an exhaustive campaign keeps of them. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_BINS_H
#define LLTFI_ENGINE_EXHAUSTIVE_BINS_H

#include <glib.h>
#include <stdint.h>

enum bin_table {
    BIN_BIT,     /* where: site, register, bit; also by sdc */
    BIN_ELEMENT, /* where: layer, struck grain (-1: an instruction that serves several), 0 */
    BIN_INPUT,   /* where: input, golden_right, faulty_right */
    BIN_TABLES
};

/* Instead of an outcome: the fault was not run. */
#define BIN_LEFT_OUT OUTCOME_COUNT

/*
 * The number of trials that have all of these fields in common. `faults` is the number of faults that the struck
 * instruction has in one execution: a trial counts as 1/faults of an execution, so that sums of n / faults give all
 * dynamic instructions the same weight, as a sampled campaign does.
 */
struct bin {
    uint32_t table;
    uint32_t outcome; /* enum outcome or BIN_LEFT_OUT */
    uint32_t sdc;
    uint32_t faults;
    int64_t where[3];
    uint64_t n;
};

/* A set of bins. */
struct bins;

struct bins *bins_new(void);
void bins_free(struct bins *bins);
void bins_clear(struct bins *bins);

/* Adds bin->n trials to the bin with the same key. */
void bins_add(struct bins *bins, const struct bin *bin);

/* All bins, in no order; valid until the next call. */
const struct bin *bins_list(const struct bins *bins, size_t *n);

#endif
