/* Which fault trial k injects: a pure function of the campaign, the profile and k. */
#ifndef LLTFI_ENGINE_PLAN_H
#define LLTFI_ENGINE_PLAN_H

#include "engine/subject.h"
#include "runtime/shared/inject.h"

struct plan {
    const struct campaign *campaign;
    struct subject *subject; /* after its golden run */
    uint64_t trials;         /* of all run options together */
};

/* A trial before it runs. */
struct planned {
    int config; /* index in campaign->runs */
    int input;
    int layer;          /* the first struck layer; 0: not known before the trial runs */
    uint64_t cycle;     /* of the first fault, from 1; 0: every execution of one instruction */
    uint64_t countdown; /* from the beginning of `layer`, or of the run if `layer` is 0 */
    enum fault_level level;
    const struct target *target; /* levels tensor and weight: whose element is struck; cycle counts the elements of all
                                    targets from 1 */
    uint64_t element;            /* of the target */
    double timeout;              /* seconds, <= 0: not given */
    gboolean is_control;         /* it injects nothing, and has to be benign */
    struct runtime_plan runtime;
};

/* Checks the run options of the subject's campaign against the profile (cycle in range, index selected, bit in some
 * register, something executed). */
gboolean plan_init(struct plan *plan, struct subject *subject, GError **error);

void plan_trial(const struct plan *plan, uint64_t number, struct planned *planned);
/* Makes a trial a control trial: it takes the same way to the same cycle, and injects nothing there. */
void plan_control(struct planned *planned);

#endif
