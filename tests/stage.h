/* For tests of the engine: a model that has run without faults, ready for trials. */
#ifndef LLTFI_TESTS_STAGE_H
#define LLTFI_TESTS_STAGE_H

#include "backend.h"

#include "engine/model/subject.h"
#include "engine/run.h"

struct stage {
    struct backend_case *c;
    struct campaign *campaign;
    struct model_subject *subject;
    struct machine *machine; /* this and the following fields belong to the subject */
    struct golden *golden;
    const struct outcome_reference *reference;
    struct plan plan;
    gboolean record; /* record how faults propagate */
};

/* Fails the test if there is an error. */
void must(gboolean done, GError *error);

/* A model with random inputs; faults strike floating-point arithmetic, whose results reach no address. */
struct stage *stage_new(const char *model);
/* To be called after the test has set up the campaign. */
void stage_start(struct stage *stage, uint64_t trials);
void stage_free(struct stage *stage);

/* Makes faults strike instructions of these kinds instead. */
void stage_select(struct stage *stage, const char *const *opcodes, size_t n);

struct run_option *stage_option(struct stage *stage);

/* The trials of the campaign, by number, with their times set to 0. The array owns their injections and
 * changes. */
GArray *stage_run(struct stage *stage, int jobs, gboolean fork_all);

void assert_same_trial(const struct trial *a, const struct trial *b);
void assert_same_changes(const struct trial *a, const struct trial *b);

/* Memory for a run of the model, with the golden tensors in it; free with free. */
unsigned char *stage_memory(const struct stage *stage);

#endif
