/* Campaigns on programs: what run and replay share. */
#ifndef LLTFI_CAMPAIGN_PROGRAM_H
#define LLTFI_CAMPAIGN_PROGRAM_H

#include "engine/model/subject.h"
#include "engine/program/subject.h"
#include "report/report.h"

/* Compiles, builds and runs it without faults; prints the notices to stderr. A signal that ends this also removes the
 * scratch folder. The campaign must outlive it. */
struct program_subject *program_start(const struct campaign *campaign, const char *scratch, gboolean quiet,
                                      GError **error);

/* The same for a model, but without the golden run, and that. */
struct model_subject *model_start(const struct campaign *campaign, GError **error);
gboolean model_start_golden(struct model_subject *subject, GError **error);

/* Repeats a stored trial and prints its fault and what it changed. */
gboolean program_replay(struct store *store, const struct campaign *campaign, const struct trial *stored,
                        const struct report_option *option, GError **error);

/* The lines "fault" and "at" of each fault of a trial. */
void program_append_faults(const struct program_subject *subject, const struct trial *trial, GString *to);

/* Whether the program and its inputs are what they were when the campaign ran. */
gboolean program_check_identity(struct store *store, const struct program_subject *subject, GError **error);

/* A trial as the folder has it; an error if it has not. */
gboolean replay_stored_trial(struct store *store, const char *dir, uint64_t number, struct trial *trial,
                             GError **error);

/* Whether a repeated trial is the stored one, with its propagation record if there is one; if not, an error that says
 * in what it differs. */
gboolean replay_check_same(const struct trial *stored, const struct trial *now, gboolean recorded, GError **error);

#endif
