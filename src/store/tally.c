#include "store/tally.h"

uint64_t tally_activated(const struct tally *tally)
{
    return tally->trials - tally->outcomes[OUTCOME_NOT_ACTIVATED];
}

void tally_add(struct tally *tally, const char *outcome, uint64_t n, double weight)
{
    const enum outcome number = outcome_named(outcome);

    if (g_strcmp0(outcome, STORE_LEFT_OUT) == 0)
        tally->left_out += n;
    if (number == OUTCOME_COUNT)
        return;
    tally->outcomes[number] += n;
    tally->trials += n;
    tally->weights[number] += weight;
}

static gboolean add_row(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                        GError **error G_GNUC_UNUSED)
{
    tally_add(data, values[0], g_ascii_strtoull(values[1], NULL, 10), 0);
    return TRUE;
}

gboolean store_tally(struct store *store, struct tally *tally, GError **error)
{
    *tally = (struct tally){ .is_true = store_is_exhaustive(store) };
    return store_query(store,
                       tally->is_true ? "SELECT outcome, sum(n) FROM exhaustive_input GROUP BY outcome"
                                      : "SELECT outcome, count(*) FROM trial GROUP BY outcome",
                       add_row, tally, error);
}
