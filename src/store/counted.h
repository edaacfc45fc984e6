/*
 * A campaign's trials, counted by what reports group by: one pass without sorting makes a table, and queries read its
 * few rows instead of all trials.
 */
#ifndef LLTFI_STORE_COUNTED_H
#define LLTFI_STORE_COUNTED_H

#include "store/store.h"

/* Makes the temporary table `ended` (config, input, layer, outcome, sdc, golden_right, faulty_right, n): n trials
 * have these values. A store that is open for writing is counted anew each time. */
gboolean store_count_ended(struct store *store, GError **error);

/* Makes the temporary table `struck` (site, reg, value, bit, width, outcome, n): n trials whose first injection has
 * these values. `value` is the struck tensor. */
gboolean store_count_struck(struct store *store, GError **error);

#endif
