#include "engine/worker.h"

#include "engine/fork.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* Results are written when they are this many bytes, or after this many seconds. */
#define ENOUGH 16384
#define LATEST 0.1

double worker_lap(struct worker *w)
{
    double before = w->now;
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    w->now = (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
    return w->now - before;
}

void worker_write_out(struct worker *w)
{
    write_to_parent(w->pipe, w->written->data, w->written->len);
    g_byte_array_set_size(w->written, 0);
    worker_lap(w); /* the pipe may have been full: that is not a trial's time */
    w->last_write = w->now;
}

static void put_trial(struct worker *w, const struct trial *trial)
{
    struct worker_message message = { .kind = WORKER_TRIAL,
                                      .trial = *trial,
                                      .injections = (uint32_t)trial->n_injections,
                                      .changes = (uint32_t)trial->n_changes };

    message.trial.difference = NULL;
    g_byte_array_append(w->written, (const guint8 *)&message, sizeof(message));
    g_byte_array_append(w->written, (const guint8 *)trial->injections,
                        (guint)trial->n_injections * (guint)sizeof(struct injection));
    g_byte_array_append(w->written, (const guint8 *)trial->changes,
                        (guint)trial->n_changes * (guint)sizeof(struct change));
    if (w->written->len >= ENOUGH || w->now - w->last_write > LATEST)
        worker_write_out(w);
}

static void put_text(struct worker *w, enum message_kind kind, const char *text)
{
    struct worker_message message = { .kind = kind, .text = (uint32_t)strlen(text) };

    g_byte_array_append(w->written, (const guint8 *)&message, sizeof(message));
    g_byte_array_append(w->written, (const guint8 *)text, message.text);
    worker_write_out(w);
}

void worker_note(struct worker *w, const char *text)
{
    put_text(w, WORKER_NOTE, text);
}

void worker_fail(struct worker *w, const GError *error)
{
    put_text(w, WORKER_FAILURE, error->message);
    _exit(EXIT_FAILURE);
}

static void put_control(struct worker *w, const struct trial *trial)
{
    const char *text = trial->difference ? trial->difference : "";
    struct worker_message message = { .kind = WORKER_CONTROL, .trial = *trial, .text = (uint32_t)strlen(text) };

    message.trial.difference = NULL;
    message.trial.injections = NULL;
    message.trial.changes = NULL;
    message.trial.n_injections = message.trial.n_changes = 0;
    g_byte_array_append(w->written, (const guint8 *)&message, sizeof(message));
    g_byte_array_append(w->written, (const guint8 *)text, message.text);
}

static void run_one(struct worker *w, uint64_t number, const struct planned *planned,
                    void (*put)(struct worker *w, const struct trial *trial))
{
    struct trial trial = {
        .number = number, .config = planned->config, .input = planned->input, .layer = planned->layer
    };
    GError *error = NULL;

    w->run->plan->subject->kind->run_trial(w, planned, &trial, &error);
    if (error)
        worker_fail(w, error);
    put(w, &trial);
    trial_clear(&trial);
}

static void run_control(struct worker *w, uint64_t number, const struct planned *planned)
{
    struct planned control = *planned;

    plan_control(&control);
    run_one(w, number, &control, put_control);
}

void worker_control(struct worker *w, uint64_t number, const struct planned *planned)
{
    if (w->run->control && !w->run->only_controls)
        run_control(w, number, planned);
}

/* Often at first, where a campaign's user waits least for the answer. */
static gboolean is_control_due(struct worker *w)
{
    const unsigned interval = w->run->plan->subject->kind->control_interval;

    if (!w->run->control || w->n_run < w->next_control)
        return FALSE;
    w->next_control += CLAMP(w->n_run, 1, interval);
    return TRUE;
}

void worker_run(struct worker *w, uint64_t number, const struct planned *planned)
{
    w->shared->current[w->index] = number;
    if (w->run->only_controls) {
        run_control(w, number, planned);
        return;
    }
    if (is_control_due(w))
        run_control(w, number, planned);
    w->n_run++;
    run_one(w, number, planned, put_trial);
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return left < right ? -1 : left > right;
}

gboolean worker_leaves_out(const struct worker *w, uint64_t number)
{
    const GArray *done = w->run->done;

    return done && done->len > 0 && bsearch(&number, done->data, done->len, sizeof(number), compare_numbers);
}

gboolean worker_stops(const struct worker *w)
{
    return __atomic_load_n(&w->shared->stop, __ATOMIC_RELAXED) != 0;
}

void worker_run_each(struct worker *w, uint64_t begin, uint64_t end)
{
    for (uint64_t k = begin; k < end && !worker_stops(w); k++) {
        struct planned planned;

        if (worker_leaves_out(w, k))
            continue;
        plan_trial(w->run->plan, k, &planned);
        worker_run(w, k, &planned);
    }
}

static char *make_scratch(const struct run *run, int index)
{
    char *folder = run->scratch ? g_strdup_printf("%s/%d", run->scratch, index) : NULL;

    if (folder)
        g_mkdir(folder, 0700);
    return folder;
}

static void run_chunks(struct worker *w)
{
    const struct subject_kind *kind = w->run->plan->subject->kind;
    uint64_t trials = w->run->plan->trials;

    for (;;) {
        uint64_t chunk = kind->chunk(w), begin = __atomic_fetch_add(&w->shared->next, chunk, __ATOMIC_RELAXED);

        if (begin >= trials || worker_stops(w))
            return;
        kind->run_chunk(w, begin, MIN(begin + chunk, trials));
    }
}

void worker_main(const struct run *run, struct shared *shared, int index, int pipe)
{
    g_autofree char *scratch = make_scratch(run, index);
    struct worker w = { .run = run, .scratch = scratch, .shared = shared, .index = index, .pipe = pipe };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    w.written = g_byte_array_new();
    worker_lap(&w);
    w.last_write = w.now;
    w.state = run->plan->subject->kind->worker_new(&w);
    run_chunks(&w);
    worker_write_out(&w);
    if (scratch)
        g_rmdir(scratch);
    _exit(EXIT_SUCCESS);
}

gboolean worker_read(const GByteArray *received, size_t *at, struct worker_message *message, char **text)
{
    const guint8 *data = received->data + *at;
    size_t size, injections, changes;

    if (received->len - *at < sizeof(*message))
        return FALSE;
    memcpy(message, data, sizeof(*message));
    injections = message->injections * sizeof(struct injection);
    changes = message->changes * sizeof(struct change);
    size = sizeof(*message) + injections + changes + message->text;
    if (received->len - *at < size)
        return FALSE;
    message->trial.injections = g_memdup2(data + sizeof(*message), injections);
    message->trial.changes = g_memdup2(data + sizeof(*message) + injections, changes);
    *text = message->text > 0 ? g_strndup((const char *)data + sizeof(*message), message->text) : NULL;
    *at += size;
    return TRUE;
}
