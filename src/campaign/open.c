/* From settings to a subject that has run without faults. */
#include "campaign/parts.h"

#include "base/errors.h"
#include "base/folder.h"
#include "base/scratch.h"
#include "base/setting_name.h"
#include "store/identity.h"

struct campaign_run *campaign_begin(const struct campaign *settings, struct subject *subject,
                                    const lltfi_events *events)
{
    struct campaign_run *c = g_new0(struct campaign_run, 1);

    c->settings = settings;
    c->subject = subject;
    c->events = *events;
    c->notes = g_ptr_array_new_with_free_func(g_free);
    return c;
}

void campaign_close(struct campaign_run *c)
{
    if (!c)
        return;
    if (!c->borrowed)
        subject_free(c->subject);
    scratch_free(c->scratch);
    store_close(c->store);
    trial_clear(&c->stored);
    campaign_free(c->own_settings);
    g_free(c->controls.difference);
    g_ptr_array_unref(c->notes);
    g_free(c);
}

const struct campaign *campaign_settings(const struct campaign_run *c)
{
    return c->settings;
}

struct subject *campaign_subject(const struct campaign_run *c)
{
    return c->subject;
}

const struct plan *campaign_plan_of(const struct campaign_run *c)
{
    return &c->plan;
}

const char *campaign_scratch(struct campaign_run *c, GError **error)
{
    if (!c->scratch)
        c->scratch = scratch_new(error);
    return c->scratch ? c->scratch->path : NULL;
}

void campaign_note(struct campaign_run *c, const char *text)
{
    g_ptr_array_add(c->notes, g_strdelimit(g_strdup(text), "\n", ' '));
    if (c->events.note)
        c->events.note(c->events.data, text);
}

void campaign_hand_on(struct campaign_run *c)
{
    struct subject *subject = c->subject;

    if (subject->warnings->len > 0 && c->events.warning)
        c->events.warning(c->events.data, subject->warnings->str);
    g_string_truncate(subject->warnings, 0);
    while (c->n_noted < subject->notices->len)
        campaign_note(c, subject->notices->pdata[c->n_noted++]);
}

/* Runs one step before the first trial; `phase` as in the events, NULL: the step is short. */
static gboolean do_step(struct campaign_run *c, gboolean (*step)(struct campaign_run *c, GError **error),
                        const char *phase, GError **error)
{
    gboolean done;

    if (phase && c->events.phase)
        c->events.phase(c->events.data, phase);
    done = step(c, error);
    if (phase && c->events.phase)
        c->events.phase(c->events.data, NULL);
    campaign_hand_on(c);
    return done;
}

static gboolean load(struct campaign_run *c, GError **error)
{
    return subject_load(c->subject, error);
}

static gboolean run_golden(struct campaign_run *c, GError **error)
{
    return subject_run_golden(c->subject, c->scratch ? c->scratch->path : NULL, error);
}

gboolean campaign_plan(struct campaign_run *c, GError **error)
{
    return plan_init(&c->plan, c->subject, error);
}

/* Checks that the subject has not changed since the stored campaign ran. */
static gboolean check_identity(const struct campaign_run *c, GError **error)
{
    g_autofree char *there = c->store ? store_get(c->store, "identity") : NULL;
    g_autofree char *here = c->store ? subject_identity(c->subject) : NULL;
    g_autofree char *differences = c->store ? identity_differences(there ? there : "", here) : NULL;

    return !differences ||
           set_error(error, LLTFI_ERROR_STORE,
                     "the trial can't be repeated: %s or LLTFI itself have changed since the campaign ran. What "
                     "differs:\n%s",
                     c->subject->kind->depends_on, differences);
}

static gboolean take_steps(struct campaign_run *c, GError **error)
{
    const struct subject_kind *kind = c->subject->kind;

    return do_step(c, load, kind->loading, error) && check_identity(c, error) &&
           do_step(c, run_golden, kind->running, error);
}

/* A signal that ends the process here also removes the scratch folder. */
gboolean campaign_prepare(struct campaign_run *c, GError **error)
{
    struct guard *guard;
    gboolean done;

    c->subject = subject_new(c->settings);
    if (!c->subject->kind->runs_in_files)
        return take_steps(c, error);
    if (!campaign_scratch(c, error))
        return FALSE;
    guard = scratch_guard_begin(c->scratch->path);
    done = take_steps(c, error);
    scratch_guard_end(guard);
    return done;
}

/* Refuses settings that only models have. */
static gboolean check_settings(const struct campaign *settings, GError **error)
{
    const struct {
        gboolean is_set;
        const char *key, *why;
    } refused[] = {
        { settings->level != LEVEL_INSTRUCTION, "level", " tensor and weight strike tensors" },
        { settings->exhaustive, "exhaustive", " goes through the grains of layers" },
        { settings->record, "record", " follows faults through layers" },
        { settings->until_by_layer, NULL, "an error for each layer needs layers" },
    };

    for (size_t r = 0; settings->program.sources->len > 0 && r < G_N_ELEMENTS(refused); r++)
        if (refused[r].is_set)
            return set_error(error, LLTFI_ERROR_USAGE, "'%s' is a program, and %s%s: that is for models",
                             settings->model, refused[r].key ? setting_name(refused[r].key) : "", refused[r].why);
    return TRUE;
}

struct campaign_run *campaign_open(const struct campaign *settings, const lltfi_events *events, GError **error)
{
    g_autoptr(campaign_run_t) c = campaign_begin(settings, NULL, events);

    return check_settings(settings, error) && campaign_prepare(c, error) ? g_steal_pointer(&c) : NULL;
}

void campaign_observe(struct campaign_run *c,
                      gboolean (*observe)(gpointer data, const struct trial *trial, GError **error), gpointer data)
{
    c->observe = observe;
    c->observer = data;
}

struct campaign_run *campaign_adopt(struct subject *subject, const lltfi_events *events)
{
    struct campaign_run *c = campaign_begin(subject->campaign, subject, events);

    c->borrowed = TRUE;
    return c;
}
