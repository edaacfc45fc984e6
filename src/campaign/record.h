/* Stores a campaign's description and reads it back, so that replay needs no command line. */
#ifndef LLTFI_CAMPAIGN_RECORD_H
#define LLTFI_CAMPAIGN_RECORD_H

#include "engine/subject.h"
#include "store/store.h"

/* Stores facts, layers or functions, sites and inputs, in one transaction. */
gboolean campaign_store_put(struct store *store, const struct subject *subject, uint64_t trials, GError **error);

/* The campaign that a folder holds. Changes the working folder to the one that it was started in, because the paths of
 * its inputs are relative to that. */
struct campaign *campaign_store_get(struct store *store, const char *dir, GError **error);

#endif
