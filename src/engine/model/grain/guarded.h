/*
 * A struck grain whose fault may get into the address of a load, or into how often a loop goes round. The load finds
 * another element of some tensor, or nothing: around tensors and constants no memory is mapped (memory.c). So the grain
 * can be run in this process, and a load that finds nothing ends the run, as it would end a process. A run that takes
 * too long is ended as well.
 *
 * What it finds may be an output of the layer itself, which a run of the whole layer has computed or not when it comes
 * to this grain. So the grain is run twice, with golden outputs and with zeros; where the runs differ the fault needs a
 * run of the whole layer.
 */
#ifndef LLTFI_ENGINE_MODEL_GRAIN_GUARDED_H
#define LLTFI_ENGINE_MODEL_GRAIN_GUARDED_H

#include "engine/model/binding.h"
#include "runtime/shared/inject.h"

struct guarded;

enum guarded_end {
    GUARDED_COMPLETED, /* the outputs hold what the grain made of what it read */
    GUARDED_CRASHED,   /* a load found nothing; the outputs are golden */
    GUARDED_UNKNOWN    /* this way can't tell, or not in time; the outputs are golden */
};

/* For the thread that calls it, which alone may use it: the process's handlers of SIGSEGV, SIGBUS and SIGVTALRM and its
 * timer of processor time (ITIMER_VIRTUAL) are replaced. */
struct guarded *guarded_new(const struct machine *machine);
void guarded_free(struct guarded *guarded);

/* Arms the plan, with `countdown` from the beginning of the grain, and runs the grain. The plan's record function is
 * called once. */
enum guarded_end guarded_run(struct guarded *guarded, int layer, const struct binding *bound, gboolean is_guarded,
                             struct runtime_plan *plan, uint64_t countdown, const struct box *grain);

#endif
