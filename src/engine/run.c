#include "engine/run.h"

#include "base/errors.h"
#include "engine/model/forked.h"
#include "engine/pool.h"
#include "engine/worker.h"

#include <errno.h>
#include <sys/mman.h>

/* The workers of a campaign as their parent sees them. */
struct campaign_pool {
    struct run *run;
    struct shared *shared;
};

static void work(int index, int pipe, gpointer data)
{
    const struct campaign_pool *pool = data;

    worker_main(pool->run, pool->shared, index, pipe);
}

/* Hands on the results that have come in whole. */
static gboolean hand_on(GByteArray *received, gpointer data, GError **error)
{
    const struct run *run = ((const struct campaign_pool *)data)->run;
    g_autofree char *failure = NULL;
    struct trial trial;
    gboolean done = TRUE;
    size_t at = 0;

    while (done && worker_read(received, &at, &trial, &failure)) {
        if (failure) {
            g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_RUN, failure);
            done = FALSE;
        } else {
            done = run->sink(&trial, run->data, error);
        }
        trial_clear(&trial);
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

/* Faults may strike any layer with sites; all others, and those behind faults in tensors, run in fast form, which the
 * golden run compiled. */
gboolean run_compile(struct run *run, GError **error)
{
    struct machine *machine = run->machine;

    if (machine->targets) {
        machine_drop_modules(machine);
        return TRUE;
    }
    for (size_t i = 0; !run->fork_all && i < run->plan->n_inputs; i++)
        if (!run->plan->golden[i]->grains && !golden_find_grains(run->plan->golden[i], machine, error))
            return FALSE;
    for (int l = 1; l <= (int)machine->model->layers->len; l++) {
        gboolean one_grain = machine->code[l - 1].grains == GRAINS_FOUND;

        if (!machine_compile(machine, l, FORM_FAULT, error) ||
            (one_grain && !machine_compile(machine, l, FORM_GRAIN, error)))
            return FALSE;
    }
    machine_drop_modules(machine);
    return TRUE;
}

gboolean run_trials(struct run *run, GError **error)
{
    size_t size = sizeof(struct shared) + (size_t)run->jobs * sizeof(uint64_t);
    struct campaign_pool workers = { .run = run };
    struct pool pool = { run->jobs, work, hand_on, describe, tick, &workers };
    gboolean done;

    if (!run->subject && !run_compile(run, error))
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

gboolean run_replay(struct run *run, uint64_t number, struct trial *trial, GPtrArray *values, GError **error)
{
    struct planned planned;
    gboolean done;

    run->fork_all = TRUE;
    if (!run_compile(run, error))
        return FALSE;
    g_ptr_array_set_size(values, (gint)run->machine->model->values->len);
    plan_trial(run->plan, number, &planned);
    *trial =
        (struct trial){ .number = number, .config = planned.config, .input = planned.input, .layer = planned.layer };
    run->propagation = propagation_new(run->machine);
    done = forked_trial(run, &planned, trial, values, error);
    g_clear_pointer(&run->propagation, propagation_free);
    return done;
}
