/* `lltfi profile` of a program. */
#ifndef LLTFI_CLI_PROGRAM_PROFILE_H
#define LLTFI_CLI_PROGRAM_PROFILE_H

#include "cli/profile_report.h"
#include "engine/program/subject.h"

/* Its `rows` take a struct program_subject. */
extern const struct profile_view program_views[];
/* The line about the golden run. */
void program_profile_append_golden(const struct program_subject *subject, GString *text);

#endif
