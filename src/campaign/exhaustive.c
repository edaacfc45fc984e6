/* A campaign of every fault: counts of trials by group are stored, not single trials. */
#include "campaign/parts.h"

#include "engine/exhaustive/exhaustive.h"

struct keeper {
    struct campaign_run *c;
    GArray *done; /* ranges of finished units */
};

/* Stores a unit's counts and that it is done, in the same transaction. */
static gboolean keep_unit(uint64_t unit, const struct bin *bins, size_t n, gpointer data, GError **error)
{
    struct keeper *keeper = data;

    ranges_add(keeper->done, unit);
    if (!store_put_bins(keeper->c->store, bins, n, error) || !store_put_units(keeper->c->store, keeper->done, error))
        return FALSE;
    for (size_t i = 0; i < n; i++)
        if (bins[i].table == BIN_INPUT)
            campaign_count(keeper->c, (enum outcome)bins[i].outcome, bins[i].n);
    return TRUE;
}

static gboolean tick(gpointer data, GError **error)
{
    return campaign_tick(((struct keeper *)data)->c, error);
}

static void show_extent(const struct campaign_run *c, const struct units *units)
{
    const lltfi_extent extent = { .faults = units->population.faults,
                                  .forked = units->population.faults - units->population.contained,
                                  .inputs = c->subject->n_inputs };

    if (c->events.extent)
        c->events.extent(c->events.data, &extent);
}

static gboolean show_estimate(const struct campaign_run *c, const struct exhaustive *exhaustive, GError **error)
{
    const struct units *units = exhaustive->units;
    uint64_t done = ranges_count(exhaustive->done);
    double seconds;

    if (!c->events.estimate)
        return TRUE;
    if (!exhaustive_estimate(exhaustive, &seconds, error))
        return FALSE;
    c->events.estimate(c->events.data, seconds * (double)(units->n - done) / (double)units->n, done > 0);
    return TRUE;
}

static gboolean run_units(struct campaign_run *c G_GNUC_UNUSED, gconstpointer data, GError **error)
{
    return exhaustive_run(data, error);
}

static gboolean run_missing(struct campaign_run *c, const struct units *units, GError **error)
{
    g_autoptr(GArray) done = store_units(c->store, error);
    struct keeper keeper = { .c = c, .done = done };
    const struct exhaustive exhaustive = {
        .units = units,
        .jobs = c->settings->jobs,
        .scratch = c->scratch->path,
        .done = done,
        .stop = &c->stop,
        .sink = keep_unit,
        .tick = tick,
        .data = &keeper,
    };

    if (!done)
        return FALSE;
    return ranges_count(done) >= units->n ||
           (show_estimate(c, &exhaustive, error) &&
            campaign_run_missing(c, units->population.faults, run_units, &exhaustive, error));
}

gboolean campaign_run_exhaustive(struct campaign_run *c, GError **error)
{
    g_autoptr(units_t) units = NULL;
    gboolean done;

    if (!c->subject->kind->compile(c->subject, FALSE, error))
        return FALSE;
    units = units_new(model_subject_of(c->subject));
    show_extent(c, units);
    if (!campaign_open_store(c, units->population.faults, error))
        return FALSE;
    done = controls_begin(c, error) && run_missing(c, units, error) && controls_end(c, error);
    return controls_store(c, done ? error : NULL) && done;
}
