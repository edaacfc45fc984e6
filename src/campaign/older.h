/* Campaign folders of older versions. */
#ifndef LLTFI_CAMPAIGN_OLDER_H
#define LLTFI_CAMPAIGN_OLDER_H

#include "config/campaign.h"
#include "store/store.h"

/* Before descriptions named them, a folder kept what a campaign runs in facts of their own: adds these. */
void campaign_store_get_older(struct store *store, struct campaign *campaign);

#endif
