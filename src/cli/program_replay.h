/* What `lltfi replay` prints of a trial on a program. */
#ifndef LLTFI_CLI_PROGRAM_REPLAY_H
#define LLTFI_CLI_PROGRAM_REPLAY_H

#include "campaign/campaign.h"
#include "engine/program/subject.h"
#include "report/report.h"

gboolean program_replay_print(const struct campaign_run *c, const struct replayed *replayed,
                              const struct report_option *option, GError **error);

/* The lines "fault" and "at" of each fault of a trial. */
void program_append_faults(const struct program_subject *subject, const struct trial *trial, GString *to);

#endif
