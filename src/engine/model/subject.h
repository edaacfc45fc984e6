/* A model as the subject of a campaign: inputs, code, golden runs, and references for judging outcomes. */
#ifndef LLTFI_ENGINE_MODEL_SUBJECT_H
#define LLTFI_ENGINE_MODEL_SUBJECT_H

#include "engine/model/golden.h"
#include "engine/model/targets.h"
#include "engine/outcome.h"
#include "engine/subject.h"
#include "frontend/frontend.h"

struct model_subject {
    struct subject base;
    char *hash;                /* SHA-256 of the model's file; NULL: the model was given */
    const struct model *model; /* lowered for the shapes of the first input */
    GPtrArray *inputs;         /* struct input * */
    struct machine *machine;
    struct golden **golden; /* one for each input, after the golden run */
    struct outcome_reference *references;
};

/* The campaign must outlive it. */
struct model_subject *model_subject_create(const struct campaign *campaign);

/* The same for a model that is lowered already, with one tensor for each of its inputs. All of it must outlive the
 * subject; subject_load only selects. */
struct model_subject *model_subject_create_of(const struct campaign *campaign, const struct model *model,
                                              struct tensor *const *tensors);

/* A subject of this kind. */
const struct model_subject *model_subject_of(const struct subject *subject);
gboolean subject_is_model(const struct subject *subject);

/* Compiles what trials need: the fault forms of all layers and, unless fork_all, their grains. */
gboolean model_subject_compile(struct model_subject *subject, gboolean fork_all, GError **error);

/* SHA-256 of a model's file, as in the identity's line "model: ...". The caller frees. */
char *model_hash_file(const char *path, GError **error);

/* What a process needs to run trials of a model. */
struct model_runner {
    const struct model_subject *subject;
    const char *scratch;               /* an existing folder, for RULE_COMMAND's files */
    struct propagation *propagation;   /* records how faults propagate; NULL: not recorded */
    struct differential *differential; /* NULL: every trial is forked */
};

/* Running trials in workers, and a single one (runner.c). */
gpointer model_worker_new(const struct worker *worker);
uint64_t model_chunk(struct worker *worker);
gboolean model_run_trial(struct worker *worker, const struct planned *planned, struct trial *trial, GError **error);
gboolean model_replay_trial(const struct run *run, const struct planned *planned, struct trial *trial,
                            struct remains *remains, GError **error);

#endif
