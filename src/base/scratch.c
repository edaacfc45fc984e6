#include "base/scratch.h"

#include "base/folder.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

/* The longest time that the end of a guard waits for its thread. */
#define INTERVAL 20000000 /* nanoseconds */

#define PREFIX "lltfi-"
#define LOCK "lock"

/* Removes a folder that has a lock which nobody holds. */
static void sweep(const char *path)
{
    g_autofree char *name = g_build_filename(path, LOCK, NULL);
    int lock = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    GStatBuf status;

    if (lock >= 0 && fstat(lock, &status) == 0 && status.st_uid == geteuid() && flock(lock, LOCK_EX | LOCK_NB) == 0)
        folder_remove(path);
    if (lock >= 0)
        close(lock);
}

static void sweep_all(void)
{
    g_autoptr(GDir) folder = g_dir_open(g_get_tmp_dir(), 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), name, NULL);

        if (g_str_has_prefix(name, PREFIX))
            sweep(path);
    }
}

/* It gets its name once it is locked, so that nobody else finds it unlocked. */
static int make_lock(const char *path)
{
    g_autofree char *unnamed = g_build_filename(path, LOCK ".new", NULL);
    g_autofree char *named = g_build_filename(path, LOCK, NULL);
    int lock = open(unnamed, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (lock >= 0 && (flock(lock, LOCK_EX | LOCK_NB) != 0 || g_rename(unnamed, named) != 0)) {
        close(lock);
        lock = -1;
    }
    return lock;
}

struct scratch *scratch_new(GError **error)
{
    struct scratch *scratch;
    char *path;

    sweep_all();
    path = g_dir_make_tmp(PREFIX "XXXXXX", error);
    if (!path)
        return NULL;
    scratch = g_new0(struct scratch, 1);
    scratch->path = path;
    scratch->lock = make_lock(path);
    return scratch;
}

void scratch_free(struct scratch *scratch)
{
    if (!scratch)
        return;
    folder_remove(scratch->path);
    if (scratch->lock >= 0)
        close(scratch->lock);
    g_free(scratch->path);
    g_free(scratch);
}

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
