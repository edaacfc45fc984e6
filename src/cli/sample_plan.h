/* `lltfi run --plan`: how many faults a sample needs, before any is run. */
#ifndef LLTFI_CLI_SAMPLE_PLAN_H
#define LLTFI_CLI_SAMPLE_PLAN_H

#include "engine/model/subject.h"

#include <stdio.h>

/* Prints how many faults every layer and the campaign have, and the sample size for this half-width of the interval. */
gboolean sample_plan_print(const struct model_subject *session, double error_width, FILE *to, GError **error);

#endif
