/* One input's tensors in a process that runs trials, in the form that kernels and the outcome rule take. */
#ifndef LLTFI_ENGINE_MODEL_BINDING_H
#define LLTFI_ENGINE_MODEL_BINDING_H

#include "engine/model/golden.h"
#include "engine/model/grain/partial_sums.h"
#include "engine/outcome.h"

struct binding {
    unsigned char *data; /* private to this process: golden, except what this trial changed */
    const unsigned char *golden;
    const void ***in; /* by layer number - 1 */
    void ***out;
    struct resume *partial_sums; /* by layer number - 1 */
    struct tensor *views;        /* the model's outputs in data */
    const struct tensor **outputs;
    struct trial unchanged; /* the outcome rule's result for golden outputs */
};

void binding_init(struct binding *binding, const struct machine *machine, const struct golden *golden,
                  const struct outcome_reference *reference);
void binding_clear(struct binding *binding, const struct machine *machine);

#endif
