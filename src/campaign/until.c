#include "campaign/until.h"

#include "base/interval.h"

/* Trials between two checks: STEP, or a twentieth of all trials so far if that is more. */
#define STEP 100
#define SHARE 20
#define CONFIDENCE 0.95

struct counts {
    uint64_t trials, sdc; /* activated */
};

struct until {
    double error;
    gboolean *layers;      /* by number, NULL: all together */
    struct counts *counts; /* by layer number; [0]: all */
    int n_layers;
    GHashTable *early; /* trials after one that is missing: number + 1 -> packed layer and outcome */
    uint64_t prefix;   /* trials 0..prefix-1 are counted */
    uint64_t check;    /* the prefix at which the next check is due */
    gboolean reached;
};

struct until *until_new(double error, const gboolean *layers, int n_layers)
{
    struct until *until = g_new0(struct until, 1);

    until->error = error;
    until->n_layers = n_layers;
    until->layers = layers ? g_memdup2(layers, ((gsize)n_layers + 1) * sizeof(gboolean)) : NULL;
    until->counts = g_new0(struct counts, n_layers + 1);
    until->early = g_hash_table_new(NULL, NULL);
    until->check = until_next_check(0);
    return until;
}

void until_free(struct until *until)
{
    if (!until)
        return;
    g_free(until->layers);
    g_free(until->counts);
    g_hash_table_unref(until->early);
    g_free(until);
}

uint64_t until_next_check(uint64_t trials)
{
    uint64_t step = MAX(trials / SHARE, STEP);

    return trials + step / STEP * STEP;
}

static gboolean is_known(const struct until *until, const struct counts *counts)
{
    struct interval interval = interval_wilson(counts->sdc, counts->trials, CONFIDENCE);

    return (interval.high - interval.low) / 2 <= until->error;
}

static gboolean are_all_known(const struct until *until)
{
    if (!until->layers)
        return is_known(until, &until->counts[0]);
    for (int l = 1; l <= until->n_layers; l++)
        if (until->layers[l] && !is_known(until, &until->counts[l]))
            return FALSE;
    return TRUE;
}

static void count(struct until *until, int layer, enum outcome outcome)
{
    int places[2] = { 0, layer };

    for (int p = 0; p < (layer > 0 ? 2 : 1); p++) {
        until->counts[places[p]].trials += outcome != OUTCOME_NOT_ACTIVATED;
        until->counts[places[p]].sdc += outcome == OUTCOME_SDC;
    }
    if (++until->prefix < until->check)
        return;
    until->reached = are_all_known(until);
    if (!until->reached)
        until->check = until_next_check(until->check);
}

void until_add(struct until *until, uint64_t number, int layer, enum outcome outcome)
{
    gpointer packed;

    g_hash_table_insert(until->early, GSIZE_TO_POINTER(number + 1),
                        GSIZE_TO_POINTER((gsize)layer * OUTCOME_COUNT + outcome + 1));
    while (!until->reached && (packed = g_hash_table_lookup(until->early, GSIZE_TO_POINTER(until->prefix + 1)))) {
        gsize value = GPOINTER_TO_SIZE(packed) - 1;

        g_hash_table_remove(until->early, GSIZE_TO_POINTER(until->prefix + 1));
        count(until, (int)(value / OUTCOME_COUNT), (enum outcome)(value % OUTCOME_COUNT));
    }
}

gboolean until_reached(const struct until *until, uint64_t *trials)
{
    *trials = until->prefix;
    return until->reached;
}
