#include "campaign/controls.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "campaign/parts.h"
#include "engine/run.h"
#include "store/store.h"

/* Before the campaign's trials: for each job, at least, and as a share of the trials. */
#define FOR_EACH_JOB 2
#define USUAL 24
#define SHARE 3

static void count(struct controls *controls, const struct trial *trial)
{
    controls->trials++;
    if (trial->outcome == OUTCOME_BENIGN)
        return;
    if (controls->differing++ == 0)
        controls->difference =
            g_strconcat(outcome_names[trial->outcome], trial->difference ? ": " : NULL, trial->difference, NULL);
}

/* What the user can do, by the names of the settings. */
static char *advice(const struct campaign_run *c)
{
    const struct campaign *settings = c->settings;
    GString *text = g_string_new(NULL);

    if (settings->program.sources->len > 0)
        g_string_append_printf(text, "Leave such lines out (%s REGEX), compare in another way (%s, %s), ",
                               setting_name("ignore"), setting_name("tolerance"), setting_name("command"));
    if (settings->program.sources->len > 0 && settings->snapshots && !c->subject->unsteady)
        g_string_append_printf(text, "run trials from the beginning (%s off), ", setting_name("snapshots"));
    if (settings->jobs > 1 && !c->subject->unsteady)
        g_string_append_printf(text, "run one trial at a time (%s 1), ", setting_name("jobs"));
    g_string_append_printf(text,
                           "or accept it (%s): the share of control trials that differ is then printed beside "
                           "the rates",
                           setting_name("allow_nondeterminism"));
    *text->str = g_ascii_toupper(*text->str);
    return g_string_free(text, FALSE);
}

static gboolean check(const struct campaign_run *c, GError **error)
{
    const struct controls *controls = &c->controls;
    g_autofree char *what = NULL;

    if (controls->differing == 0 || c->settings->allow_nondeterminism)
        return TRUE;
    what = advice(c);
    return set_error(error, LLTFI_ERROR_RUN,
                     "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                     " control trials, into which no fault was injected, differ from the golden run (%s). A rate would "
                     "count this as the effect of faults. %s",
                     controls->differing, controls->trials, controls->difference, what);
}

/* A run of control trials only. */
struct control_run {
    const struct campaign_run *c;
    struct controls *controls;
    gint stop;
};

static gboolean count_control(const struct trial *trial, gpointer data, GError **error G_GNUC_UNUSED)
{
    count(((struct control_run *)data)->controls, trial);
    return TRUE;
}

static gboolean is_stopped(const struct campaign_run *c)
{
    return c->events.stop && c->events.stop(c->events.data);
}

static gboolean look_for_stop(gpointer data, GError **error G_GNUC_UNUSED)
{
    struct control_run *run = data;

    if (is_stopped(run->c))
        g_atomic_int_set(&run->stop, 1);
    return TRUE;
}

/* Runs `n` of the campaign's trials as control trials. */
static gboolean run_controls(struct campaign_run *c, uint64_t n, struct controls *controls, GError **error)
{
    struct control_run controlled = { .c = c, .controls = controls };
    struct plan plan = c->plan;
    const struct run run = {
        .plan = &plan,
        .jobs = c->settings->jobs,
        .only_controls = TRUE,
        .record = c->settings->record,
        .scratch = c->scratch->path,
        .stop = &controlled.stop,
        .control = count_control,
        .tick = look_for_stop,
        .data = &controlled,
    };

    plan.trials = MIN(n, plan.trials);
    return run_trials(&run, error);
}

static void note_simpler(struct campaign_run *c, const char *how)
{
    g_autofree char *note = g_strdup_printf("trials %s: otherwise %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
                                            " without a fault differ from the golden run (%s)",
                                            how, c->controls.differing, c->controls.trials, c->controls.difference);

    campaign_note(c, note);
}

/* Trials that differ as they are may be equal in a simpler form. */
static gboolean try_simpler(struct campaign_run *c, uint64_t n, GError **error)
{
    const struct subject_kind *kind = c->subject->kind;
    const char *how;

    while (c->controls.differing > 0 && (how = kind->simplify ? kind->simplify(c->subject) : NULL)) {
        struct controls again = { 0 };
        gboolean done = run_controls(c, n, &again, error);

        if (done && again.differing == 0) {
            note_simpler(c, how);
            g_clear_pointer(&c->controls.difference, g_free);
            c->controls = again;
        }
        g_free(again.difference);
        if (!done)
            return FALSE;
    }
    return TRUE;
}

/* More of them find what differs at few cycles only. */
static uint64_t count_first(const struct campaign_run *c)
{
    uint64_t least = (uint64_t)c->settings->jobs * FOR_EACH_JOB;

    return CLAMP(c->plan.trials / SHARE, least, MAX(least, USUAL));
}

gboolean controls_begin(struct campaign_run *c, GError **error)
{
    uint64_t n = count_first(c);

    if (c->subject->unsteady && !c->settings->allow_nondeterminism)
        c->controls = (struct controls){ 1, 1, g_strdup_printf("two golden runs: %s", c->subject->unsteady) };
    else if (!run_controls(c, n, &c->controls, error) || !try_simpler(c, n, error))
        return FALSE;
    return check(c, error);
}

gboolean controls_add(struct campaign_run *c, const struct trial *trial, GError **error)
{
    count(&c->controls, trial);
    return check(c, error);
}

static gboolean put_count(struct campaign_run *c, const char *name, uint64_t here, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, here + store_get_number(c->store, name));

    return store_set(c->store, name, text, error);
}

gboolean controls_end(struct campaign_run *c, GError **error)
{
    return (is_stopped(c) || run_controls(c, (uint64_t)c->settings->jobs, &c->controls, error)) && check(c, error);
}

gboolean controls_store(struct campaign_run *c, GError **error)
{
    return put_count(c, FACT_CONTROLS, c->controls.trials, error) &&
           put_count(c, FACT_DIFFERING, c->controls.differing, error) &&
           (!c->controls.difference || store_set(c->store, FACT_DIFFERENCE, c->controls.difference, error));
}
