/*
 * Runs a struck grain whose fault may corrupt the address of a load or the iteration count of a loop. The load reads
 * another element of some tensor, or unmapped memory, since the memory around tensors and constants is unmapped
 * (memory.c). So the grain can be run in this process: a load from unmapped memory ends the run, as it would end a
 * process. A run that takes too long is ended as well.
 *
 * The load may read an output of this same layer, which a full run may or may not have written by then. So the grain is
 * run twice, with golden outputs and with zeros; if the runs differ, the whole layer must be run.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_GUARDED_H
#define LLTFI_ENGINE_MODEL_GRAIN_GUARDED_H

#include "engine/model/binding.h"
#include "runtime/shared/inject.h"

struct guarded;

enum guarded_end {
    GUARDED_COMPLETED, /* the outputs hold what the grain computed */
    GUARDED_CRASHED,   /* a load from unmapped memory; the outputs are golden */
    GUARDED_UNKNOWN    /* the two runs differ, or took too long; the outputs are golden */
};

/* Only the calling thread may use it: it replaces the process's handlers of SIGSEGV, SIGBUS and SIGVTALRM, and its
 * timer of processor time (ITIMER_VIRTUAL). */
struct guarded *guarded_new(const struct machine *machine);
void guarded_free(struct guarded *guarded);

/* Arms the plan, with `countdown` from the beginning of the grain, and runs the grain. The plan's record function is
 * called once. */
enum guarded_end guarded_run(struct guarded *guarded, int layer, const struct binding *bound, gboolean is_guarded,
                             struct runtime_plan *plan, uint64_t countdown, const struct box *grain);

#endif
