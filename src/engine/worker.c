#include "engine/worker.h"

#include "engine/model/forked.h"
#include "engine/model/grain/differential.h"
#include "engine/program/walk.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Trials that a worker takes at once. Processes are slow enough to be taken one by one, but for those that share a
 * walk. */
#define CHUNK 16
#define CHUNK_OF_PROCESSES 1
#define CHUNK_OF_WALK 64
/* Results are written when so many bytes have come together, or after so many seconds. */
#define ENOUGH 16384
#define LATEST 0.1

struct worker {
    struct run run; /* with a scratch folder of its own */
    struct shared *shared;
    int index, pipe;
    struct differential *differential; /* NULL: every trial is forked */
    GByteArray *written;               /* results that are not in the pipe yet */
    double now;                        /* seconds, when the last trial ended: the next one begins then */
    double last_write;
    struct program_walk *walk; /* NULL: trials begin at the program's beginning */
    unsigned n_walked;         /* trials that it got to */
};

/* Reading the clock is a share of a short trial: once for each. Returns seconds since the last time. */
static double lap(struct worker *w)
{
    double before = w->now;
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    w->now = (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
    return w->now - before;
}

static void write_out(struct worker *w)
{
    const guint8 *at = w->written->data;
    size_t left = w->written->len;

    while (left > 0) {
        ssize_t n = write(w->pipe, at, left);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            _exit(EXIT_FAILURE);
        at += n;
        left -= (size_t)n;
    }
    g_byte_array_set_size(w->written, 0);
    lap(w); /* the pipe may have been full: no trial's time */
    w->last_write = w->now;
}

static void put_trial(struct worker *w, const struct trial *trial)
{
    struct worker_message message = { .trial = *trial,
                                      .injections = (uint32_t)trial->n_injections,
                                      .changes = (uint32_t)trial->n_changes };

    g_byte_array_append(w->written, (const guint8 *)&message, sizeof(message));
    g_byte_array_append(w->written, (const guint8 *)trial->injections,
                        (guint)trial->n_injections * (guint)sizeof(struct injection));
    g_byte_array_append(w->written, (const guint8 *)trial->changes,
                        (guint)trial->n_changes * (guint)sizeof(struct change));
    if (w->written->len >= ENOUGH || w->now - w->last_write > LATEST)
        write_out(w);
}

static void fail(struct worker *w, const GError *error) G_GNUC_NORETURN;

static void fail(struct worker *w, const GError *error)
{
    struct worker_message message = { .text = (uint32_t)strlen(error->message) };

    g_byte_array_append(w->written, (const guint8 *)&message, sizeof(message));
    g_byte_array_append(w->written, (const guint8 *)error->message, message.text);
    write_out(w);
    _exit(EXIT_FAILURE);
}

static gboolean run_differential(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    const struct outcome_reference *reference = &w->run.references[planned->input];
    const struct tensor *const *outputs;
    gboolean done = TRUE;

    if (!w->differential || !differential_trial(w->differential, planned, trial, &outputs))
        return FALSE;
    trial->seconds = lap(w);
    if (reference->rule == RULE_COMMAND && trial->outcome != OUTCOME_NOT_ACTIVATED && trial->outcome != OUTCOME_CRASH) {
        done = outcome_command(reference, outputs, w->run.scratch, trial, error);
        lap(w);
    }
    differential_reset(w->differential);
    return done;
}

/* By what costs least. */
static void run_model(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    GError *failed = NULL;

    if (run_differential(w, planned, trial, &failed))
        return;
    if (failed) {
        g_propagate_error(error, failed);
        return;
    }
    write_out(w);
    forked_trial(&w->run, planned, trial, NULL, error);
    lap(w);
}

static void tell_why_not(const struct worker *w, const char *obstacle)
{
    if (!obstacle || !w->run.plan->campaign->snapshots || w->run.subject->observe ||
        __atomic_exchange_n(&w->shared->told, 1, __ATOMIC_RELAXED))
        return;
    fprintf(stderr, "lltfi: note: trials run from the program's beginning where no snapshot of it can be taken: %s\n",
            obstacle);
}

/* A trial from a walk, or, where that can't be, beside it. */
static void run_walked(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    g_autofree char *beside = NULL;
    struct location location;
    const char *obstacle;
    GError *failed = NULL;
    gboolean done = program_walk_trial(w->walk, planned, trial, &location, &obstacle, &failed);

    w->n_walked += location.gate != ALL_GATES;
    if (failed)
        g_propagate_error(error, failed);
    if (done || failed)
        return;
    tell_why_not(w, obstacle);
    beside = g_build_filename(w->run.scratch, "beside", NULL);
    g_mkdir(beside, 0700);
    program_trial_beside(w->run.subject, planned, location, beside, program_walk_pid(w->walk), trial, error);
    g_rmdir(beside);
}

static void run_planned(struct worker *w, uint64_t number, const struct planned *planned)
{
    struct trial trial = {
        .number = number, .config = planned->config, .input = planned->input, .layer = planned->layer
    };
    GError *error = NULL;

    w->shared->current[w->index] = number;
    if (w->walk)
        run_walked(w, planned, &trial, &error);
    else if (w->run.subject)
        program_trial(w->run.subject, planned, w->run.scratch, &trial, &error);
    else
        run_model(w, planned, &trial, &error);
    if (error)
        fail(w, error);
    if (w->run.subject)
        lap(w);
    put_trial(w, &trial);
    trial_clear(&trial);
}

static void run_trial(struct worker *w, uint64_t number)
{
    struct planned planned;

    plan_trial(w->run.plan, number, &planned);
    run_planned(w, number, &planned);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

static gboolean is_done(const GArray *done, uint64_t number)
{
    return done && done->len > 0 && bsearch(&number, done->data, done->len, sizeof(number), compare_numbers);
}

static void run_chunk(struct worker *w, uint64_t begin, uint64_t end)
{
    for (uint64_t k = begin; k < end && !__atomic_load_n(&w->shared->stop, __ATOMIC_RELAXED); k++)
        if (!is_done(w->run.done, k))
            run_trial(w, k);
}

/* A trial whose turn depends on its cycle. */
struct turn {
    uint64_t number;
    struct planned planned;
};

static int by_countdown(const void *a, const void *b)
{
    const struct turn *left = a, *right = b;

    if (left->planned.countdown != right->planned.countdown)
        return left->planned.countdown < right->planned.countdown ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

static gboolean may_walk(const struct worker *w)
{
    return w->run.subject && program_can_walk(w->run.subject) &&
           !__atomic_load_n(&w->shared->no_walk, __ATOMIC_RELAXED);
}

static GArray *take_turns(const struct worker *w, uint64_t begin, uint64_t end)
{
    GArray *turns = g_array_new(FALSE, FALSE, sizeof(struct turn));

    for (uint64_t k = begin; k < end; k++) {
        struct turn turn = { .number = k };

        if (is_done(w->run.done, k))
            continue;
        plan_trial(w->run.plan, k, &turn.planned);
        if (turn.planned.runtime.every_site < 0)
            g_array_append_val(turns, turn);
    }
    g_array_sort(turns, by_countdown);
    return turns;
}

/* Trials that strike one instruction in every execution have no place on a walk. */
static void run_others(struct worker *w, uint64_t begin, uint64_t end)
{
    for (uint64_t k = begin; k < end && !__atomic_load_n(&w->shared->stop, __ATOMIC_RELAXED); k++) {
        struct planned planned;

        if (is_done(w->run.done, k))
            continue;
        plan_trial(w->run.plan, k, &planned);
        if (planned.runtime.every_site >= 0)
            run_planned(w, k, &planned);
    }
}

static void run_walk(struct worker *w, uint64_t begin, uint64_t end)
{
    g_autoptr(GArray) turns = take_turns(w, begin, end);
    GError *error = NULL;

    run_others(w, begin, end);
    if (turns->len == 0)
        return;
    w->n_walked = 0;
    w->walk = program_walk_new(w->run.subject, w->run.scratch, g_array_index(turns, struct turn, 0).planned.countdown,
                               &error);
    if (error)
        fail(w, error);
    for (guint t = 0; t < turns->len && !__atomic_load_n(&w->shared->stop, __ATOMIC_RELAXED); t++) {
        const struct turn *turn = &g_array_index(turns, struct turn, t);

        run_planned(w, turn->number, &turn->planned);
    }
    g_clear_pointer(&w->walk, program_walk_free);
    if (w->n_walked == 0)
        __atomic_store_n(&w->shared->no_walk, 1, __ATOMIC_RELAXED);
}

/* As many for each worker as it takes for all to end at about the same time. */
static uint64_t chunk_of(const struct run *run, gboolean walks)
{
    if (!run->subject)
        return CHUNK;
    return walks ? CLAMP(run->plan->trials / (2 * (uint64_t)run->jobs), 1, CHUNK_OF_WALK) : CHUNK_OF_PROCESSES;
}

static char *make_scratch(const struct worker *w)
{
    char *folder = w->run.scratch ? g_strdup_printf("%s/%d", w->run.scratch, w->index) : NULL;

    if (folder)
        g_mkdir(folder, 0700);
    return folder;
}

void worker_main(const struct run *run, struct shared *shared, int index, int pipe)
{
    struct worker w = { .run = *run, .shared = shared, .index = index, .pipe = pipe };
    g_autofree char *scratch = make_scratch(&w);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    w.run.scratch = scratch;
    w.written = g_byte_array_new();
    lap(&w);
    w.last_write = w.now;
    if (run->record)
        w.run.propagation = propagation_new(run->machine);
    if (!run->subject && !run->fork_all)
        w.differential = differential_new(run->machine, run->plan->golden, run->plan->n_inputs, run->references);
    if (w.differential)
        differential_record(w.differential, w.run.propagation);
    for (;;) {
        gboolean walks = may_walk(&w);
        uint64_t chunk = chunk_of(run, walks), begin = __atomic_fetch_add(&shared->next, chunk, __ATOMIC_RELAXED);

        if (begin >= run->plan->trials || __atomic_load_n(&shared->stop, __ATOMIC_RELAXED))
            break;
        (walks ? run_walk : run_chunk)(&w, begin, MIN(begin + chunk, run->plan->trials));
    }
    write_out(&w);
    if (scratch)
        g_rmdir(scratch);
    _exit(EXIT_SUCCESS);
}

gboolean worker_read(const GByteArray *received, size_t *at, struct trial *trial, char **failure)
{
    struct worker_message message;
    const guint8 *data = received->data + *at;
    size_t size, injections, changes;

    if (received->len - *at < sizeof(message))
        return FALSE;
    memcpy(&message, data, sizeof(message));
    injections = message.injections * sizeof(struct injection);
    changes = message.changes * sizeof(struct change);
    size = sizeof(message) + injections + changes + message.text;
    if (received->len - *at < size)
        return FALSE;
    *trial = message.trial;
    trial->injections = g_memdup2(data + sizeof(message), injections);
    trial->changes = g_memdup2(data + sizeof(message) + injections, changes);
    if (message.text > 0)
        *failure = g_strndup((const char *)data + sizeof(message), message.text);
    *at += size;
    return TRUE;
}
