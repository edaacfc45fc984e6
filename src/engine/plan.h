/* Which fault trial k injects: a pure function of the campaign, the profile and k. */
#ifndef LLTFI_ENGINE_PLAN_H
#define LLTFI_ENGINE_PLAN_H

#include "engine/model/golden.h"
#include "engine/model/targets.h"
#include "runtime/shared/inject.h"

struct plan {
    const struct campaign *campaign;
    const GArray *sites;           /* struct site */
    const struct machine *machine; /* NULL: a program */
    struct golden *const *golden;  /* one for each input; NULL: a program */
    size_t n_inputs;               /* 1 for a program */
    uint64_t program_total;        /* of a program: executed selected instructions */
    uint64_t trials;               /* of all run options together */
};

/* A trial before it runs. */
struct planned {
    int config; /* index in campaign->runs */
    int input;
    int layer;          /* the first one that is struck; 0: a program */
    uint64_t cycle;     /* of the first fault, from 1; 0: every execution of one instruction */
    uint64_t countdown; /* from the beginning of `layer`, or of the program */
    enum fault_level level;
    const struct target *target; /* levels tensor and weight: whose element is struck; cycle counts the elements of all
                                    targets from 1 */
    uint64_t element;            /* of the target */
    double timeout;              /* seconds, <= 0: not given */
    struct runtime_plan runtime;
};

/* Checks the run options against the profile (cycle in range, index selected, bit in some register, something
 * executed). */
gboolean plan_init(struct plan *plan, const struct campaign *campaign, const struct machine *machine,
                   struct golden *const *golden, size_t n_inputs, GError **error);

/* The same for a program: `total` selected instructions are executed. */
gboolean plan_init_program(struct plan *plan, const struct campaign *campaign, const GArray *sites, uint64_t total,
                           GError **error);

void plan_trial(const struct plan *plan, uint64_t number, struct planned *planned);

#endif
