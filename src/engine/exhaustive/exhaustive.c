/* Runs the units of an exhaustive campaign in a pool of workers, and estimates how long that takes. */
#include "engine/exhaustive/exhaustive.h"

#include "base/errors.h"
#include "base/stages.h"
#include "engine/exhaustive/sweep.h"
#include "engine/fork.h"
#include "engine/model/grain/differential.h"
#include "engine/pool.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* How long each layer is measured for an estimate, in seconds. */
#define MEASURE_SECONDS 0.1

/* Memory shared by the workers and their parent. */
struct shared_units {
    uint64_t next;      /* the first unit that no worker has taken; atomic */
    uint32_t stop;      /* workers take no more units, and give up the current one */
    uint64_t current[]; /* by worker: its current unit */
};

struct unit_pool {
    const struct exhaustive *exhaustive;
    struct shared_units *shared;
};

/* A worker's message to the parent: this, followed by a unit's bins or by an error's text. */
struct unit_message {
    uint64_t unit;
    uint32_t bins;
    uint32_t text; /* > 0: the worker failed; the message's length */
};

static void send_bins(int pipe, uint64_t unit, const struct bins *bins)
{
    size_t n;
    const struct bin *list = bins_list(bins, &n);
    struct unit_message message = { .unit = unit, .bins = (uint32_t)n };

    write_to_parent(pipe, &message, sizeof(message));
    write_to_parent(pipe, list, n * sizeof(*list));
}

static void send_failure(int pipe, const GError *error)
{
    struct unit_message message = { .text = (uint32_t)strlen(error->message) };

    write_to_parent(pipe, &message, sizeof(message));
    write_to_parent(pipe, error->message, message.text);
    _exit(EXIT_FAILURE);
}

static char *make_scratch(const struct exhaustive *exhaustive, int index)
{
    char *folder = exhaustive->scratch ? g_strdup_printf("%s/%d", exhaustive->scratch, index) : NULL;

    if (folder)
        g_mkdir(folder, 0700);
    return folder;
}

static struct differential *make_differential(const struct model_subject *subject)
{
    return differential_new(subject->machine, subject->golden, subject->base.n_inputs, subject->references);
}

static void work(int index, int pipe, gpointer data)
{
    const struct unit_pool *pool = data;
    struct shared_units *shared = pool->shared;
    const struct exhaustive *exhaustive = pool->exhaustive;
    const struct units *units = exhaustive->units;
    g_autofree char *scratch = make_scratch(exhaustive, index);
    struct model_runner runner = { .subject = units->subject,
                                   .scratch = scratch,
                                   .differential = make_differential(units->subject) };
    struct bins *bins = bins_new();
    struct sweep *sweep = sweep_new(&runner, bins);
    GError *error = NULL;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        uint64_t number = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED);
        gboolean done;
        struct unit unit;

        if (number >= units->n || __atomic_load_n(&shared->stop, __ATOMIC_RELAXED))
            break;
        if (ranges_contain(exhaustive->done, number))
            continue;
        shared->current[index] = number;
        unit = units_get(units, number);
        bins_clear(bins);
        if (!sweep_unit(sweep, &unit, &shared->stop, &done, &error))
            send_failure(pipe, error);
        if (done)
            send_bins(pipe, number, bins);
    }
    if (scratch)
        g_rmdir(scratch);
    _exit(EXIT_SUCCESS);
}

/* Takes the first message from the buffer. FALSE without an error: it is not complete yet. */
static gboolean take(const struct exhaustive *exhaustive, GByteArray *received, GError **error)
{
    struct unit_message message;
    size_t size;
    gboolean done;

    if (received->len < sizeof(message))
        return FALSE;
    memcpy(&message, received->data, sizeof(message));
    size = message.bins * sizeof(struct bin) + message.text;
    if (received->len < sizeof(message) + size)
        return FALSE;
    g_byte_array_remove_range(received, 0, sizeof(message));
    if (message.text > 0) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%.*s", (int)message.text, (const char *)received->data);
        return FALSE;
    }
    done = exhaustive->sink(message.unit, (const struct bin *)(const void *)received->data, message.bins,
                            exhaustive->data, error);
    g_byte_array_remove_range(received, 0, (guint)size);
    return done;
}

static gboolean receive(GByteArray *received, gpointer data, GError **error)
{
    const struct unit_pool *pool = data;
    GError *failed = NULL;

    while (take(pool->exhaustive, received, &failed))
        ;
    if (failed)
        g_propagate_error(error, failed);
    return !failed;
}

static char *describe(int index, gpointer data)
{
    const struct unit_pool *pool = data;
    struct unit unit = units_get(pool->exhaustive->units, pool->shared->current[index]);

    return g_strdup_printf("layer %d, selected instructions %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " of input %d",
                           unit.layer, unit.first, unit.end, unit.input);
}

static gboolean tick(gpointer data, GError **error)
{
    const struct unit_pool *pool = data;
    const struct exhaustive *exhaustive = pool->exhaustive;

    if (exhaustive->stop && g_atomic_int_get(exhaustive->stop))
        __atomic_store_n(&pool->shared->stop, 1, __ATOMIC_RELAXED);
    return !exhaustive->tick || exhaustive->tick(exhaustive->data, error);
}

gboolean exhaustive_run(const struct exhaustive *exhaustive, GError **error)
{
    STAGE("trials");
    size_t size = sizeof(struct shared_units) + (size_t)exhaustive->jobs * sizeof(uint64_t);
    struct unit_pool units = { .exhaustive = exhaustive };
    struct worker_pool pool = { exhaustive->jobs, work, receive, describe, tick, &units };
    gboolean done;

    units.shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (units.shared == MAP_FAILED) {
        int code = errno;

        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "sharing memory with workers: %s", g_strerror(code));
        return FALSE;
    }
    done = pool_run(&pool, error);
    munmap(units.shared, size);
    return done;
}

/* The seconds that a layer's trials take in one process, extrapolated from the measurement. */
static double scale(const struct unit_group *group, const struct sweep_cost *cost, gboolean contained_only)
{
    double trials[2] = { (double)group->population.contained,
                         contained_only ? 0 : (double)(group->population.faults - group->population.contained) };
    double seconds = 0;

    for (int t = 0; t < 2; t++)
        if (cost->trials[t] > 0)
            seconds += trials[t] * cost->seconds[t] / (double)cost->trials[t];
    return seconds;
}

/* Measures from the middle of a layer, where its grains are most alike. */
static gboolean measure(const struct exhaustive *exhaustive, struct sweep *sweep, const struct unit_group *group,
                        struct sweep_cost *cost, GError **error)
{
    uint64_t selected = exhaustive->units->subject->golden[group->input]->selected[group->layer - 1];
    struct unit unit = { group->input, group->layer, selected / 2, selected };

    return sweep_measure(sweep, &unit, MEASURE_SECONDS, cost, error);
}

gboolean exhaustive_estimate(const struct exhaustive *exhaustive, double *seconds, GError **error)
{
    const struct model_subject *subject = exhaustive->units->subject;
    const GArray *groups = exhaustive->units->groups;
    struct model_runner runner = { .subject = subject,
                                   .scratch = exhaustive->scratch,
                                   .differential = make_differential(subject) };
    struct bins *bins = bins_new();
    struct sweep *sweep = sweep_new(&runner, bins);
    struct sweep_cost *costs = g_new0(struct sweep_cost, subject->model->layers->len);
    gboolean done = TRUE;

    *seconds = 0;
    for (guint g = 0; done && g < groups->len; g++) {
        const struct unit_group *group = &g_array_index(groups, struct unit_group, g);
        struct sweep_cost *cost = &costs[group->layer - 1];

        if (cost->trials[0] + cost->trials[1] == 0) /* one input is representative of the others */
            done = measure(exhaustive, sweep, group, cost, error);
        *seconds += scale(group, cost, subject->base.campaign->contained_only) / exhaustive->jobs;
    }
    g_free(costs);
    sweep_free(sweep);
    bins_free(bins);
    differential_free(runner.differential);
    for (size_t i = 0; i < subject->base.n_inputs; i++)
        memory_reset(subject->golden[i]->memory);
    return done;
}
