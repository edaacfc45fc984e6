/* Repeats a stored trial of a program and the golden run, and traces both instruction by instruction. */
#include "campaign/parts.h"

#include "base/errors.h"
#include "engine/program/subject.h"

/* The golden run's trace may be TIMES_FAULTY times as long as the faulty one, plus MORE_THAN_FAULTY. */
#define TIMES_FAULTY 4
#define MORE_THAN_FAULTY 100000
/* A traced run's time limit: TIMES_TRACED times the usual one, of at least LEAST_SECONDS. */
#define TIMES_TRACED 10
#define LEAST_SECONDS 60

/* The golden run's trace from where the faulty one begins. */
static struct run_result *trace_golden(const struct program_subject *subject, const struct trace *faulty,
                                       const char *scratch, GError **error)
{
    struct run_order order = { .executable = subject->trace_executable,
                               .location = { .countdown = NEVER },
                               .timeout = MAX(subject->limit, LEAST_SECONDS) * TIMES_TRACED,
                               .trace = { faulty->first, faulty->n_entries * TIMES_FAULTY + MORE_THAN_FAULTY } };

    return program_run(subject, &order, scratch, error);
}

static gboolean same_faults(const struct trial *stored, const struct trial *now)
{
    gboolean same = stored->n_injections == now->n_injections;

    for (int i = 0; same && i < now->n_injections; i++) {
        const struct injection *a = &stored->injections[i], *b = &now->injections[i];

        same = a->site == b->site && a->cycle == b->cycle && a->reg_index == b->reg_index && a->bit == b->bit;
    }
    return same;
}

/* The traced program has larger stack frames and so other addresses: a fault in an address may have another effect. */
static gboolean check_trial(struct campaign_run *c, const struct trial *now, GError **error)
{
    g_autofree char *text = NULL;

    if (c->stored.outcome == now->outcome)
        return same_faults(&c->stored, now) ||
               set_error(error, LLTFI_ERROR_RUN,
                         "trial %" G_GUINT64_FORMAT ": its fault is not the stored one. Does the program depend on "
                         "time, addresses or threads? `lltfi replay` shows what it does without tracing",
                         now->number);
    text = g_strdup_printf("in the campaign the trial was %s; with tracing, which changes addresses, it is %s",
                           outcome_names[c->stored.outcome], outcome_names[now->outcome]);
    campaign_note(c, text);
    return TRUE;
}

static gboolean check_trace(const struct replayed *traced, GError **error)
{
    return traced->remains.result->trace->first > 0 ||
           set_error(error, LLTFI_ERROR_INPUT,
                     "trial %" G_GUINT64_FORMAT " (%s): no instruction was executed from the fault on, so there is "
                     "nothing to trace",
                     traced->now.number, outcome_names[traced->now.outcome]);
}

gboolean campaign_trace(struct campaign_run *c, uint64_t most, struct replayed *traced, struct run_result **golden,
                        GError **error)
{
    struct program_subject *subject;

    *golden = NULL;
    if (c->settings->program.sources->len == 0)
        return set_error(error, LLTFI_ERROR_INPUT,
                         "the campaign is about a model: `lltfi replay` shows what a fault changes in its layers");
    if (!campaign_prepare(c, error))
        return FALSE;
    subject = (struct program_subject *)c->subject;
    subject->trace_most = most;
    if (!program_build_trace(subject, error) || !campaign_replay(c, traced, error) ||
        !check_trial(c, &traced->now, error) || !check_trace(traced, error))
        return FALSE;
    *golden = trace_golden(subject, traced->remains.result->trace, c->scratch->path, error);
    return *golden != NULL;
}
