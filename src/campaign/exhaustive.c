#include "campaign/exhaustive.h"
#include "campaign/record.h"
#include "campaign/running.h"

#include "engine/exhaustive/exhaustive.h"
#include "report/text.h"

#include <stdio.h>

struct keeper {
    struct running running;
    GArray *done; /* ranges of units */
};

/* A unit's counts and its being done become durable together. */
static gboolean keep_unit(uint64_t unit, const struct bin *bins, size_t n, gpointer data, GError **error)
{
    struct keeper *keeper = data;

    ranges_add(keeper->done, unit);
    if (!store_put_bins(keeper->running.store, bins, n, error) ||
        !store_put_units(keeper->running.store, keeper->done, error))
        return FALSE;
    for (size_t i = 0; i < n; i++)
        if (bins[i].table == BIN_INPUT)
            progress_add(keeper->running.progress, (enum outcome)bins[i].outcome, bins[i].n);
    return TRUE;
}

static gboolean tick(gpointer data, GError **error)
{
    return running_tick(&((struct keeper *)data)->running, error);
}

/* "31457280 faults: each instruction, register and bit". */
static void say_size(const struct units *units, const struct campaign *campaign)
{
    uint64_t others = units->population.faults - units->population.contained;

    fprintf(stderr,
            "lltfi: %" G_GUINT64_FORMAT " faults: every execution, register and bit of the selected "
            "instructions%s\n",
            units->population.faults, units->subject->base.n_inputs > 1 ? ", for every input" : "");
    if (others == 0)
        return;
    fprintf(stderr, "lltfi: %" G_GUINT64_FORMAT " of them can reach more than one element or a call: %s\n", others,
            campaign->contained_only ? "they are left out (--contained-only)"
                                     : "each needs a child process, which is slow; --contained-only leaves them out");
}

static gboolean say_time(const struct exhaustive *exhaustive, GError **error)
{
    const struct units *units = exhaustive->units;
    uint64_t done = ranges_count(exhaustive->done);
    double seconds;
    g_autofree char *text = NULL;

    if (!exhaustive_estimate(exhaustive, &seconds, error))
        return FALSE;
    text = format_seconds(seconds * (double)(units->n - done) / (double)units->n);
    fprintf(stderr, "lltfi: about %s with %d job%s, as far as a short sample tells%s\n", text, exhaustive->jobs,
            exhaustive->jobs == 1 ? "" : "s", done ? " (what is left)" : "");
    return TRUE;
}

static gboolean run_units(const struct exhaustive *exhaustive, struct keeper *keeper, struct store *store,
                          gboolean quiet, GError **error)
{
    g_autoptr(breakdown_t) before = breakdown_load(store, BY_ALL, error);
    uint64_t faults = exhaustive->units->population.faults;
    gboolean finished;

    if (!before || (!quiet && !say_time(exhaustive, error)))
        return FALSE;
    before->total.trials += before->total.left_out;
    finished = running_begin(&keeper->running, store, faults, &before->total, quiet, error) &&
               exhaustive_run(exhaustive, error);
    return running_end(&keeper->running, finished, error);
}

static gboolean run_missing(struct exhaustive *exhaustive, struct store *store, gboolean quiet, GError **error)
{
    g_autoptr(GArray) done = store_units(store, error);
    struct keeper keeper = { .done = done };

    if (!done)
        return FALSE;
    exhaustive->done = done;
    exhaustive->sink = keep_unit;
    exhaustive->tick = tick;
    exhaustive->data = &keeper;
    return ranges_count(done) >= exhaustive->units->n || run_units(exhaustive, &keeper, store, quiet, error);
}

gboolean exhaustive_campaign(struct model_subject *session, const char *scratch, const volatile gint *stop,
                             gboolean quiet, GError **error)
{
    const struct campaign *campaign = session->base.campaign;
    g_autofree char *identity = subject_identity(&session->base);
    g_autoptr(units_t) units = NULL;
    g_autoptr(store_t) store = NULL;

    if (!model_subject_compile(session, FALSE, error))
        return FALSE;
    units = units_new(session);
    if (!quiet)
        say_size(units, campaign);
    store = store_open(campaign->out, identity, error);
    return store && campaign_store_put(store, session, units->population.faults, error) &&
           run_missing(&(struct exhaustive){ .units = units, .jobs = campaign->jobs, .scratch = scratch, .stop = stop },
                       store, quiet, error);
}
