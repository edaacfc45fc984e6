/* A campaign on its way: what is done goes to the store and becomes durable now and then, and progress is shown. */
#ifndef LLTFI_CAMPAIGN_RUNNING_H
#define LLTFI_CAMPAIGN_RUNNING_H

#include "report/progress.h"
#include "store/store.h"

struct running {
    struct store *store;
    struct progress *progress;
    gint64 started, last_commit;
    double elapsed_before; /* seconds of earlier sessions */
};

/* Opens the first transaction. `before`: the trials of earlier sessions. */
gboolean running_begin(struct running *running, struct store *store, uint64_t total, const struct tally *before,
                       gboolean quiet, GError **error);
/* Call it several times a second. */
gboolean running_tick(struct running *running, GError **error);
/* Whatever ended the campaign, what is done stays. `finished`: there was no error so far; returns whether there is
 * still none. */
gboolean running_end(struct running *running, gboolean finished, GError **error);

#endif
