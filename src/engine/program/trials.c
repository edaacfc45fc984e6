/* Runs trials of a program, each in a process of its own: from a walk where possible, else from the program's
 * beginning. */
#include "engine/program/walk.h"
#include "engine/worker.h"

#include <glib/gstdio.h>

/* Trials that a worker takes at once if they share a walk; otherwise trials are slow enough to be taken one by one. */
#define CHUNK_OF_WALK 64

/* Flags that the workers share. */
enum {
    FLAG_NOTED = 1 << 0,  /* a note has said that some trials are not snapshots */
    FLAG_NO_WALK = 1 << 1 /* no snapshot can be taken */
};

struct program_runner {
    const struct program_subject *subject;
    gboolean walks;            /* whether this chunk's trials do */
    struct program_walk *walk; /* NULL: trials begin at the program's beginning */
    unsigned n_walked;         /* trials that the walk has reached */
};

gpointer program_worker_new(const struct worker *worker)
{
    struct program_runner *runner = g_new0(struct program_runner, 1);

    runner->subject = program_subject_of(worker->run->plan->subject);
    return runner;
}

static gboolean may_walk(const struct worker *w, const struct program_runner *runner)
{
    return program_can_walk(runner->subject) && !(__atomic_load_n(&w->shared->flags, __ATOMIC_RELAXED) & FLAG_NO_WALK);
}

/* Small enough that all workers end at about the same time. */
uint64_t program_chunk(struct worker *w)
{
    struct program_runner *runner = w->state;
    uint64_t share = w->run->plan->trials / (2 * (uint64_t)w->run->jobs);

    runner->walks = may_walk(w, runner);
    return runner->walks ? CLAMP(share, 1, CHUNK_OF_WALK) : 1;
}

static void note_obstacle(struct worker *w, const struct program_runner *runner, const char *obstacle)
{
    g_autofree char *text = NULL;

    if (!obstacle || !program_takes_snapshots(runner->subject) ||
        __atomic_fetch_or(&w->shared->flags, FLAG_NOTED, __ATOMIC_RELAXED) & FLAG_NOTED)
        return;
    text =
        g_strdup_printf("trials run from the program's beginning where no snapshot of it can be taken: %s", obstacle);
    worker_note(w, text);
}

/* Runs a trial as a snapshot of the walk or, if that is not possible, from the beginning while the walk is stopped. */
static gboolean run_walked(struct worker *w, struct program_runner *runner, const struct planned *planned,
                           struct trial *trial, GError **error)
{
    g_autofree char *beside = NULL;
    struct location location;
    const char *obstacle;
    GError *failed = NULL;
    gboolean done = program_walk_trial(runner->walk, planned, trial, &location, &obstacle, &failed);

    runner->n_walked += location.gate != ALL_GATES;
    if (failed)
        g_propagate_error(error, failed);
    if (done || failed)
        return done;
    note_obstacle(w, runner, obstacle);
    beside = g_build_filename(w->scratch, "beside", NULL);
    g_mkdir(beside, 0700);
    done =
        program_trial_beside(runner->subject, planned, location, beside, program_walk_pid(runner->walk), trial, error);
    g_rmdir(beside);
    return done;
}

gboolean program_run_trial(struct worker *w, const struct planned *planned, struct trial *trial, GError **error)
{
    struct program_runner *runner = w->state;
    gboolean done = runner->walk ? run_walked(w, runner, planned, trial, error)
                                 : program_trial(runner->subject, planned, w->scratch, trial, error);

    worker_lap(w);
    return done;
}

/* A trial on a walk; they are run in the order of their cycles. */
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

static GArray *take_turns(const struct worker *w, uint64_t begin, uint64_t end)
{
    GArray *turns = g_array_new(FALSE, FALSE, sizeof(struct turn));

    for (uint64_t k = begin; k < end; k++) {
        struct turn turn = { .number = k };

        if (worker_leaves_out(w, k))
            continue;
        plan_trial(w->run->plan, k, &turn.planned);
        if (turn.planned.runtime.every_site < 0)
            g_array_append_val(turns, turn);
    }
    g_array_sort(turns, by_countdown);
    return turns;
}

/* Runs the trials that strike every execution of an instruction, which can't be on a walk. */
static void run_others(struct worker *w, uint64_t begin, uint64_t end)
{
    for (uint64_t k = begin; k < end && !worker_stops(w); k++) {
        struct planned planned;

        if (worker_leaves_out(w, k))
            continue;
        plan_trial(w->run->plan, k, &planned);
        if (planned.runtime.every_site >= 0)
            worker_run(w, k, &planned);
    }
}

static void run_walk(struct worker *w, struct program_runner *runner, uint64_t begin, uint64_t end)
{
    g_autoptr(GArray) turns = take_turns(w, begin, end);
    GError *error = NULL;

    run_others(w, begin, end);
    if (turns->len == 0)
        return;
    runner->n_walked = 0;
    runner->walk =
        program_walk_new(runner->subject, w->scratch, g_array_index(turns, struct turn, 0).planned.countdown, &error);
    if (error)
        worker_fail(w, error);
    for (guint t = 0; t < turns->len && !worker_stops(w); t++) {
        const struct turn *turn = &g_array_index(turns, struct turn, t);

        worker_run(w, turn->number, &turn->planned);
        if (t + 1 == turns->len)
            worker_control(w, turn->number, &turn->planned);
    }
    g_clear_pointer(&runner->walk, program_walk_free);
    if (runner->n_walked == 0)
        __atomic_fetch_or(&w->shared->flags, FLAG_NO_WALK, __ATOMIC_RELAXED);
}

void program_run_chunk(struct worker *w, uint64_t begin, uint64_t end)
{
    struct program_runner *runner = w->state;

    if (runner->walks)
        run_walk(w, runner, begin, end);
    else
        worker_run_each(w, begin, end);
}

gboolean program_replay_trial(const struct run *run, const struct planned *planned, struct trial *trial,
                              struct remains *remains, GError **error)
{
    remains->result = program_trial_replay(program_subject_of(run->plan->subject), planned, run->scratch, trial, error);
    return remains->result != NULL;
}
