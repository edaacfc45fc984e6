/* A campaign of sampled faults: every trial is stored. */
#include "campaign/parts.h"
#include "campaign/until.h"

#include "engine/exhaustive/population.h"
#include "engine/model/subject.h"
#include "engine/run.h"

#include <stdlib.h>

struct sample {
    struct campaign_run *c;
    GArray *done;        /* trials of earlier sessions */
    struct until *until; /* NULL: all trials are run */
};

static gboolean is_known_well(const struct sample *sample)
{
    uint64_t trials;

    return sample->until && until_reached(sample->until, &trials);
}

static gboolean show_trial(const struct campaign_run *c, const struct trial *trial, GError **error)
{
    const lltfi_trial view = trial_view(trial);

    if (c->observe && !c->observe(c->observer, trial, error))
        return FALSE;
    if (c->events.trial)
        c->events.trial(c->events.data, &view);
    return TRUE;
}

static gboolean keep_trial(const struct trial *trial, gpointer data, GError **error)
{
    const struct sample *sample = data;
    struct campaign_run *c = sample->c;

    if (!store_put_trial(c->store, trial, error))
        return FALSE;
    campaign_count(c, trial->outcome, 1);
    if (sample->until)
        until_add(sample->until, trial->number, trial->layer, trial->outcome);
    if (is_known_well(sample))
        g_atomic_int_set(&c->stop, 1);
    return show_trial(c, trial, error);
}

static gboolean add_control(const struct trial *trial, gpointer data, GError **error)
{
    return controls_add(((const struct sample *)data)->c, trial, error);
}

static gboolean tick(gpointer data, GError **error)
{
    return campaign_tick(((const struct sample *)data)->c, error);
}

static void note(const char *text, gpointer data)
{
    campaign_note(((const struct sample *)data)->c, text);
}

static gboolean run_sample(struct campaign_run *c, gconstpointer data, GError **error)
{
    const struct sample *sample = data;
    const struct run run = {
        .plan = &c->plan,
        .jobs = c->settings->jobs,
        .record = c->settings->record,
        .scratch = c->scratch->path,
        .done = sample->done,
        .stop = &c->stop,
        .sink = keep_trial,
        .control = add_control,
        .tick = tick,
        .note = note,
        .data = (gpointer)sample,
    };

    return run_trials(&run, error);
}

/* Counts a stored trial as if it had ended now. */
static gboolean add_stored(int columns G_GNUC_UNUSED, char **names G_GNUC_UNUSED, char **values, gpointer data,
                           GError **error G_GNUC_UNUSED)
{
    until_add(data, g_ascii_strtoull(values[0], NULL, 10), atoi(values[1]),
              MIN(outcome_named(values[2]), OUTCOME_NOT_ACTIVATED));
    return TRUE;
}

/* By layer number: whether faults may strike the layer. */
static gboolean *struck_layers(const struct model_subject *subject, int *n)
{
    gboolean *layers;

    *n = (int)subject->model->layers->len;
    layers = g_new0(gboolean, *n + 1);
    for (size_t i = 0; i < subject->base.n_inputs; i++)
        for (int l = 1; l <= *n; l++)
            layers[l] |= subject->golden[i]->selected[l - 1] > 0;
    return layers;
}

/* Makes the rule that decides when to stop, and adds the stored trials to it. */
static gboolean make_until(struct sample *sample, GError **error)
{
    const struct campaign_run *c = sample->c;
    g_autofree gboolean *layers = NULL;
    int n = (int)c->subject->kind->count_parts(c->subject);

    if (c->settings->until_error <= 0)
        return TRUE;
    if (c->settings->until_by_layer)
        layers = struck_layers(model_subject_of(c->subject), &n);
    sample->until = until_new(c->settings->until_error, layers, n);
    return store_query(c->store, "SELECT number, layer, outcome FROM trial ORDER BY number", add_stored, sample->until,
                       error);
}

/* Removes trials after the last one that was needed: how many have run depends on the number of jobs. */
static gboolean stop_there(const struct sample *sample, GError **error)
{
    const struct campaign *settings = sample->c->settings;
    struct store *store = sample->c->store;
    g_autofree char *text = NULL, *number = NULL;
    uint64_t trials;

    if (!sample->until || !until_reached(sample->until, &trials))
        return TRUE;
    number = g_strdup_printf("%" G_GUINT64_FORMAT, trials);
    text = g_strdup_printf("after %s trials: the SDC rate%s is known to +-%g %% (95 %% interval)", number,
                           settings->until_by_layer ? " of every layer" : "", 100 * settings->until_error);
    return store_begin(store, error) && store_drop_trials(store, trials, error) &&
           store_set(store, "trials", number, error) && store_set(store, "stopped", text, error) &&
           store_commit(store, error);
}

static gboolean run_missing(struct sample *sample, GError **error)
{
    struct campaign_run *c = sample->c;
    uint64_t total = c->plan.trials;
    gboolean done;

    sample->done = store_done(c->store, error);
    if (!sample->done || !make_until(sample, error))
        return FALSE;
    if (sample->done->len >= total || is_known_well(sample))
        return stop_there(sample, error);
    if (c->settings->until_error > 0)
        total = MIN(total, sample_size(total, c->settings->until_error));
    done =
        controls_begin(c, error) && campaign_run_missing(c, total, run_sample, sample, error) && controls_end(c, error);
    return controls_store(c, done ? error : NULL) && done && stop_there(sample, error);
}

gboolean campaign_run_sample(struct campaign_run *c, GError **error)
{
    struct sample sample = { .c = c };
    gboolean done = campaign_open_store(c, c->plan.trials, error) && run_missing(&sample, error);

    g_clear_pointer(&sample.done, g_array_unref);
    until_free(sample.until);
    return done;
}
