/*
 * A campaign's trials, counted: what reports group by is put together once, in one pass without sorting, and queries
 * then read few rows in place of all trials.
 */
#ifndef LLTFI_STORE_COUNTED_H
#define LLTFI_STORE_COUNTED_H

#include "store/store.h"

/* Makes the temporary table `ended` (config, input, layer, outcome, sdc, golden_right, faulty_right, n): n trials
 * ended so. A store that is open for writing is counted anew each time. */
gboolean store_count_ended(struct store *store, GError **error);

/* Makes the temporary table `struck` (site, reg, value, bit, width, outcome, n): n trials whose first injection was
 * so. `value` is the struck tensor. */
gboolean store_count_struck(struct store *store, GError **error);

#endif
