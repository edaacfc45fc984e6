/* `lltfi profile` of a program. */
#ifndef LLTFI_CLI_PROGRAM_PROFILE_H
#define LLTFI_CLI_PROGRAM_PROFILE_H

#include "config/campaign.h"
#include "report/report.h"

/* Runs it without faults and prints how often its functions (by: NULL), opcodes, lines or instructions are executed. */
gboolean program_profile(const struct campaign *campaign, const char *by, const struct report_option *option,
                         GError **error);

#endif
