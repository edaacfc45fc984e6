/* Campaign folders of older versions. */
#ifndef LLTFI_CAMPAIGN_OLDER_H
#define LLTFI_CAMPAIGN_OLDER_H

#include "config/campaign.h"
#include "store/store.h"

/* Older folders keep a program's settings as facts of their own, not in the description: adds them to the campaign. */
void campaign_store_get_older(struct store *store, struct campaign *campaign);

#endif
