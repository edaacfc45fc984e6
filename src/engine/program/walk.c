/* Controls the walk: lets it run from fault to fault, and runs snapshots of it as trials. */
#include "engine/program/walk.h"

#include "base/errors.h"
#include "base/folder.h"
#include "engine/program/child.h"
#include "runtime/program/snapshot.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The shortest time limit of a snapshot's trial, in seconds. */
#define LEAST_LEFT 0.02

/* Why a trial can't leave the walk, by enum snapshot_obstacle. */
static const char *const obstacles[] = {
    [SNAPSHOT_THREADS] = "the program has several threads",
    [SNAPSHOT_CHILDREN] = "the program has children",
    [SNAPSHOT_FOLDER] = "the program has changed its current folder",
    [SNAPSHOT_TIMERS] = "the program waits for a timer",
    [SNAPSHOT_SIGNALS] = "the program has a pending signal",
    [SNAPSHOT_MEMORY] = "the program has shared memory",
    [SNAPSHOT_FILES] = "the program has a file open for writing, a pipe or a socket",
    [SNAPSHOT_UNKNOWN] = "of something that this version does not know",
};

static const char ended[] = "a run without faults ended before it reached the fault";
static const char links[] = "the program's folder has links or special files";
static const char written[] = "the program has written to a folder that holds mounts of other file systems";
static const char failed[] = "no process could be made";

enum name { RUN, WALK, SHARED, PROGRAM, SAYS, TOLD, OUTPUT, MESSAGES, NAMES };

static const char *const names[NAMES] = {
    "run", "walk", SHARED_NAME, PROGRAM_NAME, "says", "told", "output", "messages"
};

struct program_walk {
    const struct program_subject *subject;
    char *scratch, *paths[NAMES];
    struct confining confining;
    struct confinement *confinement; /* NULL: it is not confined */
    struct running running;          /* what it writes is kept in `result` */
    struct run_result *result;
    int says, told;
    gboolean started, stopped;
    uint64_t at; /* the countdown at which it stopped or will stop */
    uint32_t obstacle;
    struct location location; /* where it stopped */
};

/* A stopped walk may hold a lock or a connection that its trials need. */
gboolean program_can_walk(const struct program_subject *subject)
{
    return subject->trace_most == 0 && !subject->all_gates && subject->base.campaign->program.links->len == 0 &&
           (subject->confining->current || !program_outside_call(subject));
}

pid_t program_walk_pid(const struct program_walk *walk)
{
    return walk->started ? walk->running.pid : 0;
}

static gboolean make_pipes(struct program_walk *walk, GError **error)
{
    for (int name = SAYS; name <= MESSAGES; name++) {
        g_unlink(walk->paths[name]);
        if (mkfifo(walk->paths[name], 0600) != 0)
            return system_error(error, walk->paths[name]);
    }
    /* Opened for reading and writing, so that neither process waits until the other opens its end. */
    walk->says = open(walk->paths[SAYS], O_RDWR | O_CLOEXEC);
    walk->told = open(walk->paths[TOLD], O_RDWR | O_CLOEXEC);
    return (walk->says >= 0 && walk->told >= 0) || system_error(error, walk->paths[SAYS]);
}

static gboolean begin(struct program_walk *walk, uint64_t countdown, GError **error)
{
    const struct program_subject *subject = walk->subject;
    struct run_order order = { .executable = subject->fault_executable,
                               .gates = GATE_MARKS,
                               .location = { .gate = ALL_GATES, .countdown = countdown },
                               .walks = TRUE };
    struct child_plan plan = run_child_plan(subject, walk->confinement, walk->paths[RUN]);
    g_auto(GStrv) environment = plan.environment;

    plan.walks = TRUE;
    if (!walk->confinement)
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    walk->started =
        folder_fill(walk->paths[RUN], subject->inputs, error) && make_pipes(walk, error) &&
        (symlink(order.executable, walk->paths[PROGRAM]) == 0 || system_error(error, walk->paths[PROGRAM])) &&
        run_share(&walk->running, &order, walk->confinement != NULL, walk->paths[SHARED], error) &&
        child_start(&walk->running, &plan, error);
    return walk->started;
}

struct program_walk *program_walk_new(const struct program_subject *subject, const char *scratch, uint64_t countdown,
                                      GError **error)
{
    struct program_walk *walk = g_new0(struct program_walk, 1);

    walk->subject = subject;
    walk->scratch = realpath(scratch, NULL);
    for (int name = 0; walk->scratch && name < NAMES; name++)
        walk->paths[name] = g_build_filename(walk->scratch, names[name], NULL);
    walk->result = run_result_new();
    run_streams(&walk->running, walk->result);
    walk->says = walk->told = -1;
    walk->at = countdown;
    walk->confining = (struct confining){ .wanted = subject->confining->wanted && !subject->confining->why_not };
    walk->confinement = walk->scratch ? confining_get(&walk->confining, walk->scratch) : NULL;
    if (walk->scratch ? begin(walk, countdown, error) : system_error(error, scratch))
        return walk;
    program_walk_free(walk);
    return NULL;
}

static void end_walk(struct program_walk *walk)
{
    if (!walk->started)
        return;
    child_kill(&walk->running);
    child_finish(&walk->running, walk->result, 0);
    walk->started = FALSE;
}

void program_walk_free(struct program_walk *walk)
{
    if (!walk)
        return;
    end_walk(walk);
    if (walk->running.pages && walk->running.pages != MAP_FAILED)
        munmap(walk->running.pages, walk->running.size);
    if (walk->says >= 0)
        close(walk->says);
    if (walk->told >= 0)
        close(walk->told);
    for (int name = 0; name < NAMES; name++) {
        if (name <= WALK && walk->paths[name])
            folder_remove(walk->paths[name]);
        else if (walk->paths[name])
            g_unlink(walk->paths[name]);
        g_free(walk->paths[name]);
    }
    free(walk->scratch);
    confining_clear(&walk->confining);
    run_result_free(walk->result);
    g_free(walk);
}

static gboolean tell(const struct program_walk *walk, uint32_t what, uint64_t distance)
{
    struct snapshot_message message = { .what = what, .distance = distance };

    return write(walk->told, &message, sizeof(message)) == (ssize_t)sizeof(message);
}

/* Waits for the walk's next message, and reads its streams meanwhile. FALSE: it has ended, or took too long. */
static gboolean hear(struct program_walk *walk, uint32_t what, struct snapshot_message *message)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)(walk->subject->limit * G_USEC_PER_SEC);

    while (g_get_monotonic_time() < deadline) {
        struct pollfd polls[4] = { { .fd = walk->says, .events = POLLIN },
                                   { .fd = walk->running.end, .events = POLLIN },
                                   { .fd = walk->running.streams[0].descriptor, .events = POLLIN },
                                   { .fd = walk->running.streams[1].descriptor, .events = POLLIN } };

        if (poll(polls, 4, 1000) < 0)
            continue;
        for (int s = 0; s < 2; s++)
            if (polls[s + 2].revents)
                child_receive(&walk->running.streams[s]);
        if (polls[0].revents)
            return read(walk->says, message, sizeof(*message)) == (ssize_t)sizeof(*message) && message->what == what;
        if (polls[1].revents)
            return FALSE;
    }
    return FALSE;
}

/* Reads all that the stopped walk has written. */
static void drain(struct stream *stream)
{
    struct pollfd more = { .fd = stream->descriptor, .events = POLLIN };

    while (stream->descriptor >= 0 && poll(&more, 1, 0) > 0 && child_receive(stream))
        ;
}

/* Lets the walk run to a trial's cycle. */
static gboolean walk_to(struct program_walk *walk, uint64_t countdown)
{
    struct snapshot_message message;

    if (!walk->started)
        return FALSE;
    if (walk->stopped && countdown > walk->at) {
        walk->stopped = !tell(walk, SNAPSHOT_GO_ON, countdown - walk->at);
        walk->at = countdown;
    }
    if (!walk->stopped && hear(walk, SNAPSHOT_STOPPED, &message)) {
        walk->stopped = TRUE;
        walk->obstacle = message.obstacle;
        walk->location = message.location;
        drain(&walk->running.streams[0]);
        drain(&walk->running.streams[1]);
    }
    if (!walk->stopped || walk->at != countdown)
        end_walk(walk);
    return walk->started;
}

/* Whether a copy of a folder would be equivalent: it holds only files and folders, without links. */
static gboolean is_plain(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *inside = g_build_filename(path, name, NULL);
        struct stat status;

        if (lstat(inside, &status) != 0 || !(S_ISDIR(status.st_mode) || S_ISREG(status.st_mode)) ||
            (S_ISREG(status.st_mode) && status.st_nlink > 1) || (S_ISDIR(status.st_mode) && !is_plain(inside)))
            return FALSE;
    }
    return folder != NULL;
}

#define MOST_PATHS sizeof(((struct shared_page *)0)->renewed)

/* Folders of which a trial gets a copy of its own: those that the walk has changed, and those in which trials write. */
static gboolean find_changed(const struct program_walk *walk, char paths[MOST_PATHS])
{
    memset(paths, 0, MOST_PATHS);
    return confinement_changed(walk->confinement, walk->subject->confining->written, paths, MOST_PATHS);
}

/* A trial that wrote in another folder wrote there for the walk, too. */
static gboolean is_spoilt(const struct program_walk *walk)
{
    const struct shared_page *shared = walk->running.pages;
    char paths[MOST_PATHS];

    return walk->confinement && (!find_changed(walk, paths) || memcmp(paths, shared->renewed, sizeof(paths)) != 0);
}

/* Makes the trial's own folder, under the path that the program knows, its shared file, and the reading ends of its
 * streams. */
static gboolean prepare(struct program_walk *walk, const struct planned *planned, struct running *running,
                        GError **error)
{
    struct run_order order = program_order(walk->subject, planned, walk->location);
    struct shared_page *shared = walk->running.pages;

    g_unlink(walk->paths[SHARED]);
    if (walk->confinement && !find_changed(walk, shared->renewed))
        return FALSE;
    g_strlcpy(shared->walk_folder, walk->confinement ? CONFINED_RUN : walk->paths[WALK], sizeof(shared->walk_folder));
    if (g_rename(walk->paths[RUN], walk->paths[WALK]) != 0)
        return system_error(error, walk->paths[WALK]);
    if (!folder_copy(walk->paths[WALK], walk->paths[RUN], error) ||
        !run_share(running, &order, walk->confinement != NULL, walk->paths[SHARED], error))
        return FALSE;
    for (int s = 0; s < 2; s++) {
        running->streams[s].descriptor = open(walk->paths[OUTPUT + s], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (running->streams[s].descriptor < 0)
            return system_error(error, walk->paths[OUTPUT + s]);
    }
    return TRUE;
}

static void clear_away(struct program_walk *walk, struct running *running)
{
    for (int s = 0; s < 2; s++)
        if (running->streams[s].descriptor >= 0)
            close(running->streams[s].descriptor);
    if (running->pages && running->pages != MAP_FAILED)
        munmap(running->pages, running->size);
    g_unlink(walk->paths[SHARED]);
    if (!g_file_test(walk->paths[WALK], G_FILE_TEST_EXISTS))
        return;
    folder_remove(walk->paths[RUN]);
    if (g_rename(walk->paths[WALK], walk->paths[RUN]) != 0)
        end_walk(walk);
}

/* The process that leaves the walk. FALSE: there is none. A confined one is known by the init of its namespaces, a
 * child of the walk's, whose end the walk reports. */
static gboolean leave(struct program_walk *walk, struct running *running)
{
    struct snapshot_message message;

    if (!tell(walk, SNAPSHOT_FORK, 0) || !hear(walk, SNAPSHOT_FORKED, &message)) {
        end_walk(walk);
        return FALSE;
    }
    running->confined = walk->confinement != NULL;
    if (message.number <= 0)
        return FALSE;
    running->pid = running->confined ? child_of(child_of(walk->running.pid)) : message.number;
    running->end = running->confined ? dup(walk->says) : (int)syscall(SYS_pidfd_open, running->pid, 0);
    return running->end >= 0;
}

/* A confined trial's end. */
static void take_end(struct program_walk *walk, struct running *running, struct run_result *result)
{
    struct snapshot_message message;

    if (result->timed_out)
        child_kill(running);
    close(running->end);
    if (hear(walk, SNAPSHOT_ENDED, &message))
        result->status = message.number;
    else
        end_walk(walk);
    for (int s = 0; s < 2; s++)
        drain(&running->streams[s]);
}

/* The usual limit less the golden run's time up to the fault, which is estimated by the share of cycles. */
static double time_left(const struct program_subject *subject, const struct planned *planned)
{
    double share = subject->total > 0 ? (double)planned->countdown / (double)subject->total : 0;

    return MAX(program_time_limit(subject, planned) - share * subject->seconds, LEAST_LEFT);
}

static void watch(struct program_walk *walk, const struct planned *planned, struct running *running,
                  struct run_result *result)
{
    gint64 started = g_get_monotonic_time();
    struct run_order order = { 0 };

    if (!running->confined)
        setpgid(running->pid, running->pid);
    result->timed_out = !child_watch(running, time_left(walk->subject, planned));
    result->seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    if (running->confined)
        take_end(walk, running, result);
    else
        child_finish(running, result, walk->running.pid);
    run_keep(walk->subject, running, &order, walk->paths[RUN], walk->paths[SHARED], result);
}

/* What the walk has written the trial has, too. */
static void begin_streams(const struct run_result *walk, struct run_result *trial)
{
    g_byte_array_append(trial->output, walk->output->data, walk->output->len);
    g_byte_array_append(trial->messages, walk->messages->data, walk->messages->len);
    for (int s = 0; s < 2; s++) {
        g_checksum_free(trial->dropped[s].hash);
        trial->dropped[s] =
            (struct dropped){ .size = walk->dropped[s].size, .hash = g_checksum_copy(walk->dropped[s].hash) };
    }
}

static struct run_result *run_from(struct program_walk *walk, const struct planned *planned, const char **obstacle,
                                   GError **error)
{
    g_autoptr(run_result_t) result = run_result_new();
    struct running running = { 0 };
    gboolean done = FALSE;

    run_streams(&running, result);
    begin_streams(walk->result, result);
    if (prepare(walk, planned, &running, error) && leave(walk, &running)) {
        watch(walk, planned, &running, result);
        done = result->shared->started;
    }
    if (!done)
        *obstacle = failed;
    if (done && is_spoilt(walk))
        end_walk(walk);
    clear_away(walk, &running);
    return done ? g_steal_pointer(&result) : NULL;
}

/* Why no snapshot can be taken where the walk stopped; NULL: one can. */
static const char *find_obstacle(const struct program_walk *walk)
{
    char paths[MOST_PATHS];

    if (walk->obstacle != SNAPSHOT_SAFE)
        return obstacles[MIN(walk->obstacle, SNAPSHOT_UNKNOWN)];
    if (walk->confinement && !find_changed(walk, paths))
        return written;
    return is_plain(walk->paths[RUN]) ? NULL : links;
}

gboolean program_walk_trial(struct program_walk *walk, const struct planned *planned, struct trial *trial,
                            struct location *location, const char **obstacle, GError **error)
{
    g_autoptr(run_result_t) result = NULL;

    *location = (struct location){ .gate = ALL_GATES };
    *obstacle = ended;
    if (!walk_to(walk, planned->countdown))
        return FALSE;
    *location = walk->location;
    *obstacle = find_obstacle(walk);
    if (*obstacle || !program_takes_snapshots(walk->subject))
        return FALSE;
    result = run_from(walk, planned, obstacle, error);
    return result && program_conclude(walk->subject, planned, result, walk->scratch, trial, error);
}
