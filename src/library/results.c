#include "library/library.h"

#include "base/errors.h"
#include "report/breakdown.h"
#include "report/report.h"

#include <math.h>

struct lltfi_results {
    struct breakdown *breakdown;
    gboolean together; /* all trials are one group */
};

static struct breakdown *load(const char *folder, enum report_by by, GError **error)
{
    g_autoptr(store_t) store = store_open_read(folder, error);

    return store ? breakdown_load(store, by, error) : NULL;
}

lltfi_results *lltfi_results_load(const char *folder, const char *by, lltfi_error **error)
{
    enum report_by dimension = BY_ALL;
    struct breakdown *breakdown;
    lltfi_results *results;

    if (by && !report_by_parse(by, &dimension, error))
        return NULL;
    if (dimension == BY_PROPAGATION) {
        set_error(error, LLTFI_ERROR_USAGE, "'%s' is not a group of trials: its tables are SQL's, in campaign.db", by);
        return NULL;
    }
    breakdown = load(folder, dimension, error);
    if (!breakdown)
        return NULL;
    results = g_new(lltfi_results, 1);
    *results = (lltfi_results){ breakdown, dimension == BY_ALL };
    return results;
}

void lltfi_results_free(lltfi_results *results)
{
    if (!results)
        return;
    breakdown_free(results->breakdown);
    g_free(results);
}

size_t lltfi_results_count(const lltfi_results *results)
{
    return results->together ? 1 : results->breakdown->groups->len;
}

const char *lltfi_results_label(const lltfi_results *results, size_t group, const char *column)
{
    const struct breakdown *breakdown = results->breakdown;

    return group < breakdown->groups->len ? group_label(breakdown, breakdown->groups->pdata[group], column) : NULL;
}

static const struct tally *tally_of(const lltfi_results *results, size_t group)
{
    const struct breakdown *breakdown = results->breakdown;

    if (group >= lltfi_results_count(results))
        return NULL;
    return results->together ? &breakdown->total : &((const struct group *)breakdown->groups->pdata[group])->tally;
}

lltfi_rate lltfi_results_rate(const lltfi_results *results, size_t group, lltfi_outcome outcome)
{
    const struct report_option option = { 0 };
    const struct tally *tally = tally_of(results, group);
    struct rate rate;

    if (!tally || (unsigned)outcome >= OUTCOME_COUNT)
        return (lltfi_rate){ .rate = NAN, .high = 1 };
    rate = tally_rate(&option, tally, (int)outcome);
    return (lltfi_rate){
        .events = rate.events,
        .trials = rate.n,
        .rate = rate.share,
        .low = rate.is_true ? rate.share : rate.interval.low,
        .high = rate.is_true ? rate.share : rate.interval.high,
    };
}
