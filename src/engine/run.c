#include "engine/run.h"

#include "base/errors.h"
#include "base/stages.h"
#include "engine/pool.h"
#include "engine/worker.h"

#include <errno.h>
#include <sys/mman.h>

/* The parent's data about the workers of a campaign. */
struct campaign_pool {
    const struct run *run;
    struct shared *shared;
};

static void work(int index, int pipe, gpointer data)
{
    const struct campaign_pool *pool = data;

    worker_main(pool->run, pool->shared, index, pipe);
}

static gboolean take(const struct run *run, struct worker_message *message, const char *text, GError **error)
{
    switch (message->kind) {
    case WORKER_TRIAL:
        stage_add("trial, in its worker", 1, message->trial.seconds);
        return run->sink(&message->trial, run->data, error);
    case WORKER_CONTROL:
        message->trial.difference = g_strdup(text);
        return run->control(&message->trial, run->data, error);
    case WORKER_NOTE:
        if (run->note)
            run->note(text, run->data);
        return TRUE;
    case WORKER_FAILURE:
        break;
    }
    g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_RUN, text ? text : "");
    return FALSE;
}

/* Passes on the messages that are complete. */
static gboolean hand_on(GByteArray *received, gpointer data, GError **error)
{
    const struct run *run = ((const struct campaign_pool *)data)->run;
    struct worker_message message;
    gboolean done = TRUE;
    size_t at = 0;
    char *text;

    while (done && worker_read(received, &at, &message, &text)) {
        done = take(run, &message, text, error);
        trial_clear(&message.trial);
        g_free(text);
    }
    g_byte_array_remove_range(received, 0, (guint)at);
    return done;
}

static char *describe(int index, gpointer data)
{
    return g_strdup_printf("trial %" G_GUINT64_FORMAT, ((const struct campaign_pool *)data)->shared->current[index]);
}

static gboolean tick(gpointer data, GError **error)
{
    const struct campaign_pool *pool = data;

    if (pool->run->stop && g_atomic_int_get(pool->run->stop))
        __atomic_store_n(&pool->shared->stop, 1, __ATOMIC_RELAXED);
    return !pool->run->tick || pool->run->tick(pool->run->data, error);
}

gboolean run_trials(const struct run *run, GError **error)
{
    STAGE("trials");
    size_t size = sizeof(struct shared) + (size_t)run->jobs * sizeof(uint64_t);
    struct campaign_pool workers = { .run = run };
    struct worker_pool pool = { run->jobs, work, hand_on, describe, tick, &workers };
    struct subject *subject = run->plan->subject;
    gboolean done;

    if (!subject->kind->compile(subject, run->fork_all, error))
        return FALSE;
    workers.shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (workers.shared == MAP_FAILED) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "sharing memory with workers: %s", g_strerror(code));
        return FALSE;
    }
    done = pool_run(&pool, error);
    munmap(workers.shared, size);
    return done;
}

gboolean run_replay(const struct run *run, uint64_t number, struct trial *trial, struct remains *remains,
                    GError **error)
{
    struct planned planned;

    plan_trial(run->plan, number, &planned);
    *trial =
        (struct trial){ .number = number, .config = planned.config, .input = planned.input, .layer = planned.layer };
    return run->plan->subject->kind->replay(run, &planned, trial, remains, error);
}
