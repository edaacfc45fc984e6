/* `lltfi run --exhaustive`: every fault, counted by group. */
#ifndef LLTFI_CAMPAIGN_EXHAUSTIVE_H
#define LLTFI_CAMPAIGN_EXHAUSTIVE_H

#include "engine/model/subject.h"
#include "store/store.h"

/* Says how many faults there are and about how long they take, then runs those that the store does not have. Opens the
 * store in the campaign's folder. `stop` as in struct run. */
gboolean exhaustive_campaign(struct model_subject *session, const char *scratch, const volatile gint *stop,
                             gboolean quiet, GError **error);

#endif
