/* A campaign's description in its store, and back: what makes replay possible without the command line. */
#ifndef LLTFI_CAMPAIGN_RECORD_H
#define LLTFI_CAMPAIGN_RECORD_H

#include "engine/subject.h"
#include "store/store.h"

/* Facts, parts, sites and inputs, in one transaction. */
gboolean campaign_store_put(struct store *store, const struct subject *subject, uint64_t trials, GError **error);

/* The campaign that a folder holds. Enters the folder that it was started in, from where its inputs' paths lead. */
struct campaign *campaign_store_get(struct store *store, const char *dir, GError **error);

#endif
