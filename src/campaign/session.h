/* What the verbs that work on a model share: from a campaign's settings to a model that has run. */
#ifndef LLTFI_CAMPAIGN_SESSION_H
#define LLTFI_CAMPAIGN_SESSION_H

#include "engine/run.h"
#include "frontend/frontend.h"

struct session {
    const struct campaign *campaign;
    struct onnx_model *onnx;
    GPtrArray *inputs; /* struct input * */
    struct model *model;
    struct machine *machine;
    struct golden **golden; /* one for each input, after session_run_golden */
    struct outcome_reference *references;
    char *model_hash; /* SHA-256 of the model's file */
};

/* Loads, lowers and selects; prints the model's notices to stderr. The campaign must outlive the session. */
struct session *session_new(const struct campaign *campaign, GError **error);
/* Golden runs and profiles of all inputs, and what their outcomes are judged by. */
gboolean session_run_golden(struct session *session, GError **error);
void session_free(struct session *session);
typedef struct session session_t;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(session_t, session_free)

/* SHA-256 of a model's file, as in the identity's line "model: ...". The caller frees. */
char *session_hash_model(const char *path, GError **error);

/* All that decides the campaign's results, as "key: value" lines: what store_open compares. The caller frees. */
char *session_identity(const struct session *session);
/* Its line about the instructions that faults may hit. */
void identity_add_sites(GString *text, const GArray *sites);

#endif
