/* Runs each trial of a model in the cheapest way: its grain alone (tier 1), or a forked child (tier 2). */
#include "engine/model/forked.h"
#include "engine/model/grain/differential.h"
#include "engine/worker.h"

/* Trials that a worker takes at once. */
#define CHUNK 16

static struct model_runner runner_of(const struct run *run, const char *scratch)
{
    return (struct model_runner){ .subject = model_subject_of(run->plan->subject), .scratch = scratch };
}

gpointer model_worker_new(const struct worker *worker)
{
    const struct run *run = worker->run;
    struct model_runner *runner = g_new(struct model_runner, 1);
    const struct model_subject *subject;

    *runner = runner_of(run, worker->scratch);
    subject = runner->subject;
    if (run->record)
        runner->propagation = propagation_new(subject->machine);
    if (!run->fork_all)
        runner->differential =
            differential_new(subject->machine, subject->golden, subject->base.n_inputs, subject->references);
    if (runner->differential)
        differential_record(runner->differential, runner->propagation);
    return runner;
}

uint64_t model_chunk(struct worker *worker G_GNUC_UNUSED)
{
    return CHUNK;
}

static gboolean run_differential(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    const struct model_runner *runner = w->state;
    const struct outcome_reference *reference = &runner->subject->references[planned->input];
    const struct tensor *const *outputs;
    gboolean done = TRUE;

    if (!runner->differential || !differential_trial(runner->differential, planned, trial, &outputs))
        return FALSE;
    trial->seconds = worker_lap(w);
    if (reference->rule == RULE_COMMAND && trial->outcome != OUTCOME_NOT_ACTIVATED && trial->outcome != OUTCOME_CRASH &&
        trial->outcome != OUTCOME_DETECTED) {
        gboolean was_corrected = trial->outcome == OUTCOME_CORRECTED;

        done = outcome_command(reference, outputs, w->scratch, trial, error);
        trial->outcome = outcome_after(trial->outcome, was_corrected);
        worker_lap(w);
    }
    differential_reset(runner->differential);
    return done;
}

gboolean model_run_trial(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    GError *failed = NULL;
    gboolean done;

    if (run_differential(w, planned, trial, &failed))
        return TRUE;
    if (failed) {
        g_propagate_error(error, failed);
        return FALSE;
    }
    worker_write_out(w);
    done = forked_trial(w->state, planned, trial, NULL, error);
    worker_lap(w);
    return done;
}

gboolean model_replay_trial(const struct run *run, const struct planned *planned, struct trial *trial,
                            struct remains *remains, GError **error)
{
    struct model_runner runner = runner_of(run, run->scratch);
    gboolean done;

    if (!run->plan->subject->kind->compile(run->plan->subject, TRUE, error))
        return FALSE;
    remains->values = g_ptr_array_new_with_free_func((GDestroyNotify)tensor_free);
    g_ptr_array_set_size(remains->values, (gint)runner.subject->model->values->len);
    runner.propagation = propagation_new(runner.subject->machine);
    done = forked_trial(&runner, planned, trial, remains->values, error);
    propagation_free(runner.propagation);
    return done;
}
