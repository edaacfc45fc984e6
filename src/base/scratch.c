#include "base/scratch.h"

#include "base/folder.h"

#include <signal.h>
#include <unistd.h>

/* The longest time that the end of a guard waits for its thread. */
#define INTERVAL 20000000 /* nanoseconds */

struct guard {
    char *folder;
    GThread *thread;
    sigset_t signals, before;
    gint over;
};

/* A thread that waits for the signals, which are blocked in all threads: a signal handler must not remove a folder. */
static gpointer watch(gpointer data)
{
    struct guard *guard = data;
    const struct timespec interval = { 0, INTERVAL };

    while (!g_atomic_int_get(&guard->over)) {
        int number = sigtimedwait(&guard->signals, NULL, &interval);

        if (number <= 0)
            continue;
        folder_remove(guard->folder);
        _exit(128 + number);
    }
    return NULL;
}

struct guard *scratch_guard_begin(const char *folder)
{
    struct guard *guard = g_new0(struct guard, 1);

    guard->folder = g_strdup(folder);
    sigemptyset(&guard->signals);
    sigaddset(&guard->signals, SIGINT);
    sigaddset(&guard->signals, SIGTERM);
    sigaddset(&guard->signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &guard->signals, &guard->before);
    guard->thread = g_thread_new("guard", watch, guard);
    return guard;
}

void scratch_guard_end(struct guard *guard)
{
    g_atomic_int_set(&guard->over, 1);
    g_thread_join(guard->thread);
    pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
    g_free(guard->folder);
    g_free(guard);
}
