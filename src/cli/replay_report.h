/* What `lltfi replay` prints: the fault, and how its change travelled through the layers. */
#ifndef LLTFI_CLI_REPLAY_REPORT_H
#define LLTFI_CLI_REPLAY_REPORT_H

#include "engine/model/subject.h"
#include "report/report.h"

/* A trial that was run again. */
struct replay {
    const struct model_subject *session;
    const struct trial *trial;
    const GPtrArray *values; /* struct tensor * by value number: what layers computed; NULL: it did not come so far */
    gboolean same;           /* the outcome is the stored one */
    uint64_t listed;         /* changed elements that are listed of each output */
};

void replay_write(const struct replay *replay, const struct report_option *option, GString *to);

#endif
