/* Repeats a stored trial: the same fault, and the same outcome, or an error that names the difference. */
#include "campaign/parts.h"
#include "campaign/record.h"

#include "base/errors.h"
#include "engine/run.h"

#include <math.h>
#include <signal.h>
#include <string.h>

static gboolean find_trial(struct store *store, const char *dir, uint64_t number, struct trial *trial, GError **error)
{
    g_autofree char *trials = store_get(store, "trials");
    GError *failed = NULL;

    if (store_get_trial(store, number, trial, &failed))
        return TRUE;
    if (failed)
        g_propagate_error(error, failed);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_STORE,
                    "%s: there is no trial %" G_GUINT64_FORMAT " (of %s, numbered from 0) yet", dir, number,
                    trials ? trials : "none");
    return FALSE;
}

struct campaign_run *campaign_open_stored(const char *dir, uint64_t number, const lltfi_events *events, GError **error)
{
    g_autoptr(campaign_run_t) c = campaign_begin(NULL, NULL, events);

    c->store = store_open_read(dir, error);
    if (!c->store || !find_trial(c->store, dir, number, &c->stored, error))
        return NULL;
    /* Where it is ignored, as a parent may have left it, waitpid gets no exit status. */
    signal(SIGCHLD, SIG_DFL);
    c->settings = c->own_settings = campaign_store_get(c->store, dir, error);
    return c->settings ? g_steal_pointer(&c) : NULL;
}

static gboolean same_real(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static gboolean same_injection(const struct injection *a, const struct injection *b)
{
    return a->level == b->level && a->value == b->value && a->element == b->element && a->site == b->site &&
           a->cycle == b->cycle && a->reg_index == b->reg_index && a->bit == b->bit && a->width == b->width &&
           memcmp(a->mask, b->mask, sizeof(a->mask)) == 0 &&
           memcmp(a->old_value, b->old_value, sizeof(a->old_value)) == 0 &&
           memcmp(a->new_value, b->new_value, sizeof(a->new_value)) == 0;
}

static gboolean same_injections(const struct trial *a, const struct trial *b)
{
    gboolean same = a->n_injections == b->n_injections;

    for (int i = 0; same && i < a->n_injections; i++)
        same = same_injection(&a->injections[i], &b->injections[i]);
    return same;
}

static gboolean same_change(const struct change *a, const struct change *b)
{
    return a->layer == b->layer && a->output == b->output && a->changed == b->changed && a->one_bit == b->one_bit &&
           a->first == b->first && same_real(a->golden, b->golden) && same_real(a->faulty, b->faulty) &&
           a->bits == b->bits && same_real(a->largest, b->largest) &&
           same_real(a->largest_relative, b->largest_relative) && a->masked == b->masked;
}

static gboolean same_changes(const struct trial *a, const struct trial *b)
{
    gboolean same = a->n_changes == b->n_changes;

    for (int i = 0; same && i < a->n_changes; i++)
        same = same_change(&a->changes[i], &b->changes[i]);
    return same;
}

/* Checks that a repeated trial equals the stored one, with its propagation record if it has one. */
static gboolean check_same(const struct trial *stored, const struct trial *now, const struct campaign *settings,
                           GError **error)
{
    const char *what = stored->outcome != now->outcome                                 ? "outcome"
                       : stored->signal != now->signal                                 ? "signal"
                       : !same_injections(stored, now)                                 ? "injected fault"
                       : stored->sdc != now->sdc                                       ? "set of SDC criteria"
                       : stored->faulty_class != now->faulty_class                     ? "class"
                       : !same_real(stored->deviation, now->deviation)                 ? "deviation"
                       : !same_real(stored->faulty_confidence, now->faulty_confidence) ? "confidence"
                       : settings->record && !same_changes(stored, now)                ? "propagation record"
                                                                                       : NULL;

    if (!what)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "trial %" G_GUINT64_FORMAT ": its %s is not the stored one (stored %s, now %s). %s", now->number, what,
                outcome_names[stored->outcome], outcome_names[now->outcome],
                settings->program.sources->len > 0
                    ? "The program depends on what changes from run to run: threads, time or addresses"
                    : "This is a bug of LLTFI or of the machine: please report it with the campaign's folder");
    return FALSE;
}

gboolean campaign_replay(struct campaign_run *c, struct replayed *replayed, GError **error)
{
    const char *scratch = campaign_scratch(c, error);
    const struct run run = { .plan = &c->plan, .jobs = 1, .scratch = scratch };

    campaign_hand_on(c);
    *replayed = (struct replayed){ .stored = c->stored };
    if (!scratch || !campaign_plan(c, error) ||
        !run_replay(&run, c->stored.number, &replayed->now, &replayed->remains, error))
        return FALSE;
    check_same(&replayed->stored, &replayed->now, c->settings, &replayed->differs);
    return TRUE;
}

void replayed_clear(struct replayed *replayed)
{
    trial_clear(&replayed->now);
    remains_clear(&replayed->remains);
    g_clear_error(&replayed->differs);
}
