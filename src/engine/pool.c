#include "engine/pool.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "engine/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MILLISECONDS 100

/* The parent's data about a worker. */
struct pool_child {
    pid_t pid; /* 0: it has ended */
    int pipe;
    GByteArray *received;
};

static gboolean start_worker(const struct worker_pool *pool, struct pool_child *child, int index, GError **error)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return system_error(error, "starting a worker: pipe");
    child->pid = fork_undisturbed();
    if (child->pid == 0) {
        close(ends[0]);
        pool->work(index, ends[1], pool->data);
        _exit(EXIT_FAILURE);
    }
    close(ends[1]);
    child->pipe = ends[0];
    if (child->pid > 0)
        return TRUE;
    close(ends[0]);
    child->pid = 0;
    return system_error(error, "starting a worker: fork");
}

static gboolean end_worker(const struct worker_pool *pool, struct pool_child *child, int index, GError **error)
{
    g_autofree char *doing = NULL, *why = NULL;
    int status = 0;

    close(child->pipe);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return TRUE;
    doing = pool->describe(index, pool->data);
    why = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
              ? g_strdup_printf(" (is the memory used up? fewer %s need less)", setting_name("jobs"))
              : g_strdup(": this is a bug of LLTFI, please report it");
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                "a worker ended with %s %d in %s%s. What was stored is safe: run the same command to go on",
                WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                doing, why);
    return FALSE;
}

static gboolean receive(const struct worker_pool *pool, struct pool_child *child, int index, GError **error)
{
    guint8 buffer[65536];
    ssize_t n = read(child->pipe, buffer, sizeof(buffer));

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return TRUE;
    if (n <= 0)
        return end_worker(pool, child, index, error);
    g_byte_array_append(child->received, buffer, (guint)n);
    return pool->receive(child->received, pool->data, error);
}

static int count_running(const struct pool_child *children, int n)
{
    int running = 0;

    for (int j = 0; j < n; j++)
        running += children[j].pid != 0;
    return running;
}

/* Waits for workers to write or to end, and passes on what they wrote. */
static gboolean serve(const struct worker_pool *pool, struct pool_child *children, GError **error)
{
    struct pollfd polls[pool->jobs];

    for (int j = 0; j < pool->jobs; j++)
        polls[j] = (struct pollfd){ .fd = children[j].pid ? children[j].pipe : -1, .events = POLLIN };
    if (poll(polls, (nfds_t)pool->jobs, TICK_MILLISECONDS) < 0 && errno != EINTR)
        return system_error(error, "waiting for trials");
    for (int j = 0; j < pool->jobs; j++)
        if (children[j].pid && polls[j].revents && !receive(pool, &children[j], j, error))
            return FALSE;
    return TRUE;
}

static void end_all(struct pool_child *children, int n)
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

gboolean pool_run(const struct worker_pool *pool, GError **error)
{
    g_autofree struct pool_child *children = g_new0(struct pool_child, pool->jobs);
    gboolean done = TRUE;

    for (int j = 0; j < pool->jobs; j++)
        children[j].received = g_byte_array_new();
    for (int j = 0; done && j < pool->jobs; j++)
        done = start_worker(pool, &children[j], j, error);
    while (done && count_running(children, pool->jobs) > 0)
        done = serve(pool, children, error) && pool->tick(pool->data, error);
    end_all(children, pool->jobs);
    return done;
}
