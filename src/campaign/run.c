/* The common part of sampled and exhaustive campaigns: the folder, transactions and progress. */
#include "campaign/parts.h"
#include "campaign/record.h"

#include <string.h>

/* Microseconds between commits of finished trials. */
#define COMMIT_INTERVAL (G_USEC_PER_SEC / 5)

gboolean campaign_open_store(struct campaign_run *c, uint64_t trials, GError **error)
{
    g_autofree char *identity = subject_identity(c->subject);
    g_autofree char *elapsed = NULL;

    c->store = store_open(c->settings->out, identity, error);
    if (!c->store || !campaign_store_put(c->store, c->subject, trials, error) ||
        !store_tally(c->store, &c->tally, error))
        return FALSE;
    elapsed = store_get(c->store, "elapsed");
    c->elapsed_before = elapsed ? g_ascii_strtod(elapsed, NULL) : 0;
    return TRUE;
}

G_STATIC_ASSERT((int)LLTFI_BENIGN == OUTCOME_BENIGN && (int)LLTFI_SDC == OUTCOME_SDC &&
                (int)LLTFI_CRASH == OUTCOME_CRASH && (int)LLTFI_HANG == OUTCOME_HANG &&
                (int)LLTFI_DETECTED == OUTCOME_DETECTED && (int)LLTFI_CORRECTED == OUTCOME_CORRECTED &&
                (int)LLTFI_NOT_ACTIVATED == OUTCOME_NOT_ACTIVATED && (int)LLTFI_OUTCOMES == OUTCOME_COUNT);

static void show_progress(const struct campaign_run *c)
{
    lltfi_progress progress = { .total = c->total, .done = c->tally.trials, .earlier = c->earlier };

    if (!c->events.progress)
        return;
    memcpy(progress.outcomes, c->tally.outcomes, sizeof(progress.outcomes));
    c->events.progress(c->events.data, &progress);
}

static void end_progress(const struct campaign_run *c)
{
    if (c->events.progress)
        c->events.progress(c->events.data, NULL);
}

lltfi_trial trial_view(const struct trial *trial)
{
    const struct injection *first = trial->n_injections > 0 ? &trial->injections[0] : NULL;

    return (lltfi_trial){
        .number = trial->number,
        .outcome = (lltfi_outcome)trial->outcome,
        .signal = trial->signal,
        .input = trial->input,
        .layer = trial->layer,
        .injections = trial->n_injections,
        .cycle = first ? first->cycle : 0,
        .bit = first ? first->bit : 0,
        .width = first ? first->width : 0,
        .before = first ? first->old_value[0] : 0,
        .after = first ? first->new_value[0] : 0,
    };
}

void campaign_count(struct campaign_run *c, enum outcome outcome, uint64_t n)
{
    struct tally *tally = &c->tally;

    tally->trials += n;
    if (outcome < OUTCOME_COUNT)
        tally->outcomes[outcome] += n;
}

static gboolean commit(struct campaign_run *c, GError **error)
{
    double here = (double)(g_get_monotonic_time() - c->started) / G_USEC_PER_SEC;
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_dtostr(text, sizeof(text), c->elapsed_before + here);
    c->last_commit = g_get_monotonic_time();
    return store_set(c->store, "elapsed", text, error) && store_commit(c->store, error);
}

gboolean campaign_tick(struct campaign_run *c, GError **error)
{
    if (c->events.stop && c->events.stop(c->events.data))
        g_atomic_int_set(&c->stop, 1);
    show_progress(c);
    if (g_get_monotonic_time() - c->last_commit < COMMIT_INTERVAL)
        return TRUE;
    return commit(c, error) && store_begin(c->store, error);
}

gboolean campaign_run_missing(struct campaign_run *c, uint64_t total, campaign_work work, gconstpointer data,
                              GError **error)
{
    gboolean finished;

    c->started = c->last_commit = g_get_monotonic_time();
    c->total = total;
    c->tally.trials += c->tally.left_out;
    c->earlier = c->tally.trials;
    show_progress(c);
    finished = store_begin(c->store, error) && work(c, data, error);
    if (!commit(c, finished ? error : NULL))
        finished = FALSE;
    end_progress(c);
    return finished;
}

/* Adds those that earlier sessions did not have. */
static gboolean store_notes(struct campaign_run *c, GError **error)
{
    g_autofree char *before = store_get(c->store, FACT_NOTES);
    g_auto(GStrv) lines = g_strsplit(before ? before : "", "\n", -1);
    g_autoptr(GString) text = g_string_new(before);

    for (guint n = 0; n < c->notes->len; n++)
        if (!g_strv_contains((const char *const *)lines, c->notes->pdata[n]))
            g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", (const char *)c->notes->pdata[n]);
    return text->len == 0 || store_set(c->store, FACT_NOTES, text->str, error);
}

gboolean campaign_run(struct campaign_run *c, GError **error)
{
    gboolean done;

    if ((!c->plan.subject && !campaign_plan(c, error)) || !campaign_scratch(c, error))
        return FALSE;
    done = c->settings->exhaustive ? campaign_run_exhaustive(c, error) : campaign_run_sample(c, error);
    if (c->store && !store_notes(c, done ? error : NULL))
        done = FALSE;
    g_clear_pointer(&c->store, store_close);
    return done;
}
