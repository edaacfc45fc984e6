/*
 * Finds out whether a trial can be forked from a walk: threads, children, timers, signals, memory and files that it
 * would share with the walk are obstacles. No malloc, no stdio, as in snapshot.c.
 */
#include "runtime/program/obstacles.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

struct identity {
    dev_t device;
    ino_t number;
};

static struct {
    struct identity file, folder, streams[2]; /* as they were when the program began */
    struct open_files files;
    struct {
        int number;
        struct identity identity;
    } inherited[MOST_FILES];
    int n_inherited;
    int shared_file; /* valid while the program starts */
    int in_the_way;
    int n_tasks;
    char entries[4096] __attribute__((aligned(8)));
    char text[16384];
} seen;

static bool identify(int file, struct identity *identity)
{
    struct stat status;

    if (fstat(file, &status) != 0)
        return false;
    *identity = (struct identity){ status.st_dev, status.st_ino };
    return true;
}

static bool is_same(struct identity a, struct identity b)
{
    return a.device == b.device && a.number == b.number;
}

static bool identify_folder(struct identity *identity)
{
    struct stat status;

    if (stat(".", &status) != 0)
        return false;
    *identity = (struct identity){ status.st_dev, status.st_ino };
    return true;
}

/* Calls `visit` for each number that names an entry of a folder of /proc. */
static bool each_number(const char *path, bool (*visit)(int number, int folder))
{
    char *entries = seen.entries;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool going = folder >= 0;
    long size;

    while (going && (size = syscall(SYS_getdents64, folder, entries, sizeof(seen.entries))) > 0) {
        for (long at = 0; going && at < size;) {
            const struct dirent64 *entry = (const void *)(entries + at);

            if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
                going = visit(atoi(entry->d_name), folder);
            at += entry->d_reclen;
        }
    }
    if (folder >= 0)
        close(folder);
    return going;
}

static bool count_task(int number, int folder)
{
    (void)number;
    (void)folder;
    seen.n_tasks++;
    return true;
}

/* Whether a file of /proc is there with something in it. */
static bool has_text(const char *path)
{
    char byte;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool has = file >= 0 && read(file, &byte, 1) > 0;

    if (file >= 0)
        close(file);
    return has;
}

static bool is_some(struct timeval time)
{
    return time.tv_sec > 0 || time.tv_usec > 0;
}

/* A repeating timer's value is 0 between its expiry and the delivery of its signal; its interval is not. */
static bool has_timers(void)
{
    struct itimerval timer;

    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++)
        if (getitimer(which, &timer) == 0 && (is_some(timer.it_value) || is_some(timer.it_interval)))
            return true;
    return has_text("/proc/self/timers");
}

static bool has_signals(void)
{
    sigset_t pending;

    sigemptyset(&pending);
    sigpending(&pending);
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&pending, number) == 1)
            return true;
    return false;
}

/* One line of /proc/self/maps: "begin-end rwxp offset device inode path". The file that is shared with the engine does
 * not count as the program's shared memory. */
static bool is_private(const char *line)
{
    const char *rights = strchr(line, ' ');
    const char *at = rights;

    if (!rights || rights[4] != 's')
        return true;
    for (int field = 0; at && field < 3; field++)
        at = strchr(at + 1, ' ');
    return at && strtoull(at + 1, NULL, 10) == seen.file.number;
}

static bool has_private_memory(void)
{
    char *text = seen.text;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    bool private = file >= 0;
    size_t kept = 0;
    ssize_t n;

    while (private && (n = read(file, text + kept, sizeof(seen.text) - 1 - kept)) > 0) {
        char *line = text, *end;

        text[kept + (size_t)n] = '\0';
        for (; private && (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            private = is_private(line);
        }
        kept = strlen(line);
        private = private && kept < sizeof(seen.text) - 1;
        memmove(text, line, kept);
    }
    if (file >= 0)
        close(file);
    return private;
}

/* System V's shared memory, semaphores and message queues: each has a table, a heading and a line an object. Those of a
 * confined run are its own. */
static bool has_system_objects(void)
{
    static const char *const tables[] = { "/proc/sysvipc/shm", "/proc/sysvipc/sem", "/proc/sysvipc/msg" };
    bool has = false;

    for (int t = 0; !has && t < 3; t++) {
        int file = open(tables[t], O_RDONLY | O_CLOEXEC);
        ssize_t n = file >= 0 ? read(file, seen.text, sizeof(seen.text)) : 0;
        const char *line = n > 0 ? memchr(seen.text, '\n', (size_t)n) : NULL;

        has = line && line + 1 < seen.text + n;
        if (file >= 0)
            close(file);
    }
    return has;
}

static bool keep_file(int number, int what)
{
    if (seen.files.n == MOST_FILES)
        return false;
    seen.files.file[seen.files.n++] = (struct open_file){ number, what };
    return true;
}

static bool keep_inherited(int number, int folder)
{
    if (number <= 2 || number == folder || number == seen.shared_file || seen.n_inherited == MOST_FILES)
        return true;
    seen.inherited[seen.n_inherited].number = number;
    if (identify(number, &seen.inherited[seen.n_inherited].identity))
        seen.n_inherited++;
    return true;
}

static bool is_inherited(int number, struct identity identity)
{
    for (int i = 0; i < seen.n_inherited; i++)
        if (seen.inherited[i].number == number && is_same(seen.inherited[i].identity, identity))
            return true;
    return false;
}

static bool is_harmless_file(int number, int folder)
{
    struct identity identity;
    struct stat status;
    int flags = fcntl(number, F_GETFL);

    if (number == folder)
        return true;
    seen.in_the_way = number;
    if (flags < 0 || fstat(number, &status) != 0)
        return false;
    identity = (struct identity){ status.st_dev, status.st_ino };
    if (is_inherited(number, identity))
        return keep_file(number, OPEN_INHERITED);
    for (int s = 0; s < 2; s++)
        if (is_same(identity, seen.streams[s]))
            return keep_file(number, s == 0 ? OPEN_OUTPUT : OPEN_MESSAGES);
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_PATH))
        return false;
    if (S_ISREG(status.st_mode))
        return keep_file(number, OPEN_READS);
    return S_ISCHR(status.st_mode);
}

enum snapshot_obstacle obstacles_find(bool confined)
{
    struct identity folder;

    seen.n_tasks = 0;
    seen.files.n = 0;
    if (!each_number("/proc/self/task", count_task) || seen.n_tasks != 1)
        return SNAPSHOT_THREADS;
    if (has_text("/proc/thread-self/children"))
        return SNAPSHOT_CHILDREN;
    if (!identify_folder(&folder) || !is_same(folder, seen.folder))
        return SNAPSHOT_FOLDER;
    if (has_timers())
        return SNAPSHOT_TIMERS;
    if (has_signals())
        return SNAPSHOT_SIGNALS;
    if (!has_private_memory() || (confined && has_system_objects()))
        return SNAPSHOT_MEMORY;
    return each_number("/proc/self/fd", is_harmless_file) ? SNAPSHOT_SAFE : SNAPSHOT_FILES;
}

int obstacles_file(void)
{
    return seen.in_the_way;
}

const struct open_files *obstacles_files(void)
{
    return &seen.files;
}

void obstacles_forget(void)
{
    memset(&seen, 0, sizeof(seen));
}

bool obstacles_start(int shared_file)
{
    seen.shared_file = shared_file;
    if (!identify(shared_file, &seen.file) || !identify_folder(&seen.folder) || !identify(1, &seen.streams[0]) ||
        !identify(2, &seen.streams[1]))
        return false;
    each_number("/proc/self/fd", keep_inherited);
    return true;
}
