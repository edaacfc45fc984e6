#include "engine/run.h"

#include "base/errors.h"
#include "engine/forked.h"
#include "engine/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MILLISECONDS 100

/* A worker as its parent sees it. */
struct child {
    pid_t pid; /* 0: it has ended */
    int pipe;
    GByteArray *received;
};

static gboolean system_error(GError **error, const char *what)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

static gboolean start_worker(const struct run *run, struct shared *shared, struct child *child, int index,
                             GError **error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return system_error(error, "starting a worker: pipe");
    child->pid = fork_undisturbed();
    if (child->pid == 0) {
        close(ends[0]);
        worker_main(run, shared, index, ends[1]);
    }
    close(ends[1]);
    child->pipe = ends[0];
    if (child->pid > 0)
        return TRUE;
    close(ends[0]);
    child->pid = 0;
    return system_error(error, "starting a worker: fork");
}

/* Hands on the results that have come in whole. */
static gboolean hand_on(const struct run *run, struct child *child, GError **error)
{
    g_autofree char *failure = NULL;
    struct trial trial;
    gboolean done = TRUE;

    while (done && worker_read(child->received, &trial, &failure)) {
        if (failure) {
            g_set_error_literal(error, LLTFI_ERROR, LLTFI_ERROR_RUN, failure);
            done = FALSE;
        } else {
            done = run->sink(&trial, run->data, error);
        }
        trial_clear(&trial);
    }
    return done;
}

static gboolean end_worker(struct child *child, const struct shared *shared, int index, GError **error)
{
    int status = 0;

    close(child->pipe);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "a worker ended with %s %d in trial %" G_GUINT64_FORMAT
                "%s. What was stored is safe: run the same command to go on",
                WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                shared->current[index],
                WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                    ? " (is the memory used up? fewer --jobs need less)"
                    : ": this is a bug of LLTFI, please report it (--fork-all goes around it)");
    return FALSE;
}

static gboolean receive(const struct run *run, struct child *child, const struct shared *shared, int index,
                        GError **error)
{
    guint8 buffer[65536];
    ssize_t n = read(child->pipe, buffer, sizeof(buffer));

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return TRUE;
    if (n <= 0)
        return end_worker(child, shared, index, error);
    g_byte_array_append(child->received, buffer, (guint)n);
    return hand_on(run, child, error);
}

static int count_running(const struct child *children, int n)
{
    int running = 0;

    for (int j = 0; j < n; j++)
        running += children[j].pid != 0;
    return running;
}

/* Waits for workers to write or to end, and passes on what they found. */
static gboolean serve(const struct run *run, struct child *children, const struct shared *shared, GError **error)
{
    struct pollfd polls[run->jobs];

    for (int j = 0; j < run->jobs; j++)
        polls[j] = (struct pollfd){ .fd = children[j].pid ? children[j].pipe : -1, .events = POLLIN };
    if (poll(polls, (nfds_t)run->jobs, TICK_MILLISECONDS) < 0 && errno != EINTR)
        return system_error(error, "waiting for trials");
    for (int j = 0; j < run->jobs; j++)
        if (children[j].pid && polls[j].revents && !receive(run, &children[j], shared, j, error))
            return FALSE;
    return TRUE;
}

static gboolean serve_all(const struct run *run, struct child *children, struct shared *shared, GError **error)
{
    while (count_running(children, run->jobs) > 0) {
        if (run->stop && g_atomic_int_get(run->stop))
            __atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
        if (!serve(run, children, shared, error) || (run->tick && !run->tick(run->data, error)))
            return FALSE;
    }
    return TRUE;
}

static void end_all(struct child *children, int n)
{
    for (int j = 0; j < n; j++) {
        if (children[j].pid) {
            kill(children[j].pid, SIGKILL);
            close(children[j].pipe);
            waitpid(children[j].pid, NULL, 0);
        }
        g_byte_array_unref(children[j].received);
    }
}

/* Faults may strike any layer with sites; all others, and those behind faults in tensors, run in fast form, which the
 * golden run compiled. */
static gboolean compile_forms(struct run *run, GError **error)
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
    g_autofree struct child *children = g_new0(struct child, run->jobs);
    struct shared *shared;
    gboolean done;

    if (!compile_forms(run, error))
        return FALSE;
    shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return system_error(error, "sharing memory with workers");
    for (int j = 0; j < run->jobs; j++)
        children[j].received = g_byte_array_new();
    done = TRUE;
    for (int j = 0; done && j < run->jobs; j++)
        done = start_worker(run, shared, &children[j], j, error);
    done = done && serve_all(run, children, shared, error);
    end_all(children, run->jobs);
    munmap(shared, size);
    return done;
}

gboolean run_replay(struct run *run, uint64_t number, struct trial *trial, GPtrArray *values, GError **error)
{
    struct planned planned;
    gboolean done;

    run->fork_all = TRUE;
    if (!compile_forms(run, error))
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
