/* Namespaces for runs of struck programs: made once for many runs, entered by each. */
#include "engine/program/confine.h"

#include "base/errors.h"
#include "engine/program/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK 65536

/* On stacks that AddressSanitizer does not know: it would warn on the engine's standard error. */
#define ON_OWN_STACK __attribute__((no_sanitize_address))

enum space { USER, NETWORK, MOUNTS, SPACES };

/* In memory that is shared with the processes that make namespaces and launch runs. */
struct confinement {
    int spaces[SPACES]; /* namespaces that runs share */
    struct layers layers;
    pid_t init; /* of the run that was started last; -1: none could be */
    pid_t owner;
    gboolean used;
    char *control; /* the owner's, who made it */
};

static const char *const lacking[] = {
    [USER] = "the system allows no user namespaces",
    [NETWORK] = "the system allows no network of their own",
    [MOUNTS] = "the system allows no overlay of its file system",
};

/* What a launcher, its init and their engine share. */
struct launch {
    struct confinement *confinement;
    void (*program)(gpointer data);
    gpointer data;
    int engine, run; /* the ends of a socket */
    char stacks[2][STACK] __attribute__((aligned(16)));
};

static void close_all(struct confinement *confinement)
{
    for (int s = 0; s < SPACES; s++)
        if (confinement->spaces[s] >= 0)
            close(confinement->spaces[s]);
    layers_close(&confinement->layers);
}

void confinement_free(struct confinement *confinement)
{
    if (!confinement)
        return;
    close_all(confinement);
    g_free(confinement->control);
    munmap(confinement, sizeof(*confinement));
}

gboolean confinement_changed(const struct confinement *confinement, const char *always, char *paths, size_t room)
{
    return layers_changed(&confinement->layers, always, paths, room);
}

static gboolean write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    gboolean done = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);

    if (file >= 0)
        close(file);
    return done;
}

/* "0 0 4294967295" for each range of numbers that exists here: they mean the same inside. */
static char *same_numbers(const char *path)
{
    g_autofree char *text = NULL;
    GString *map = g_string_new(NULL);
    g_auto(GStrv) lines = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    lines = g_strsplit(text ? text : "", "\n", -1);
    for (char **line = lines; *line; line++) {
        unsigned inside, outside, count;

        if (sscanf(*line, "%u %u %u", &inside, &outside, &count) == 3)
            g_string_append_printf(map, "%u %u %u\n", inside, inside, count);
    }
    return g_string_free(map, FALSE);
}

/* All user and group numbers where that is allowed, else only our own. */
static gboolean map_numbers(pid_t pid, const char *what, unsigned own)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/%s_map", (int)pid, what);
    g_autofree char *here = g_strdup_printf("/proc/self/%s_map", what);
    g_autofree char *all = same_numbers(here), *one = g_strdup_printf("%u %u 1\n", own, own);

    return write_text(path, all) || write_text(path, one);
}

static gboolean map_users(pid_t pid)
{
    g_autofree char *groups = g_strdup_printf("/proc/%d/setgroups", (int)pid);

    if (geteuid() != 0)
        write_text(groups, "deny");
    return map_numbers(pid, "uid", geteuid()) && map_numbers(pid, "gid", getegid());
}

/* A new network has a loopback device that is down. */
static gboolean start_loopback(void)
{
    int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = { .ifr_name = "lo" };
    gboolean done = file >= 0 && ioctl(file, SIOCGIFFLAGS, &request) == 0;

    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    done = done && ioctl(file, SIOCSIFFLAGS, &request) == 0;
    if (file >= 0)
        close(file);
    return done;
}

/* In the process that makes the shared namespaces; files that it opens are the engine's too. */
static int make_spaces(struct confinement *confinement, const struct mount_plan *mounts)
{
    static const char *const names[] = {
        [USER] = "/proc/self/ns/user", [NETWORK] = "/proc/self/ns/net", [MOUNTS] = "/proc/self/ns/mnt"
    };

    if (!start_loopback())
        return NETWORK;
    for (int s = 0; s < SPACES; s++) {
        confinement->spaces[s] = open(names[s], O_RDONLY | O_CLOEXEC);
        if (confinement->spaces[s] < 0)
            return s;
    }
    return mount_plan_make(mounts, &confinement->layers) ? SPACES : MOUNTS;
}

/* Makes them in a child that ends: the open files keep them. Returns SPACES, or which could not be made. */
static int make_in_child(struct confinement *confinement, const struct mount_plan *mounts)
{
    const unsigned long flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_FILES | SIGCHLD;
    int ready[2], status = 0;
    pid_t pid;
    char go;

    if (pipe2(ready, O_CLOEXEC) != 0)
        return USER;
    pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(read(ready[0], &go, 1) == 1 && go ? make_spaces(confinement, mounts) : USER);
    if (pid > 0) {
        go = (char)map_users(pid);
        if (write(ready[1], &go, 1) != 1)
            kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    close(ready[0]);
    close(ready[1]);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : USER;
}

struct confinement *confinement_new(const char *control, const char **why)
{
    struct confinement *confinement =
        mmap(NULL, sizeof(struct confinement), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct mount_plan *mounts;
    int made;

    if (confinement == MAP_FAILED) {
        *why = lacking[USER];
        return NULL;
    }
    memset(confinement->spaces, -1, sizeof(confinement->spaces));
    confinement->owner = getpid();
    confinement->control = g_strdup(control);
    mounts = mount_plan_new(control, CONFINED_CONTROL, CONFINED_RUN);
    made = make_in_child(confinement, mounts);
    mount_plan_free(mounts);
    if (made == SPACES)
        return confinement;
    *why = lacking[MIN(made, MOUNTS)];
    confinement_free(confinement);
    return NULL;
}

ON_OWN_STACK static int run_program(void *data)
{
    struct launch *launch = data;

    launch->program(launch->data);
    _exit(127);
}

/* Process 1: what is left when the program has ended, ends with this. */
ON_OWN_STACK static int run_init(void *data)
{
    struct launch *launch = data;
    struct pollfd engine = { .fd = launch->run };
    pid_t program, ended;
    int status = 127 << 8;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(launch->engine);
    if (poll(&engine, 1, 0) < 0 || engine.revents & POLLHUP)
        _exit(EXIT_FAILURE);
    program = mount_run(CONFINED_CONTROL, CONFINED_RUN)
                  ? clone(run_program, launch->stacks[1] + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, launch)
                  : -1;
    while (program > 0 && ((ended = waitpid(-1, &status, __WALL)) >= 0 || errno == EINTR))
        if (ended == program)
            break;
    send(launch->run, &status, sizeof(status), MSG_NOSIGNAL);
    _exit(EXIT_SUCCESS);
}

static gboolean enter(const struct confinement *confinement)
{
    static const int kinds[] = { [USER] = CLONE_NEWUSER, [NETWORK] = CLONE_NEWNET, [MOUNTS] = CLONE_NEWNS };

    for (int s = 0; s < SPACES; s++)
        if (setns(confinement->spaces[s], kinds[s]) != 0)
            return FALSE;
    return unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS) == 0;
}

static void run_launcher(struct launch *launch) G_GNUC_NORETURN;

static void run_launcher(struct launch *launch)
{
    launch->confinement->init = enter(launch->confinement) ? clone(run_init, launch->stacks[0] + STACK,
                                                                   CLONE_VM | CLONE_PARENT | SIGCHLD, launch)
                                                           : -1;
    _exit(launch->confinement->init > 0 ? 0 : errno);
}

static gboolean fail(GError **error, const char *what, int code)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "confining a run: %s: %s", what, g_strerror(code));
    return FALSE;
}

static gboolean launch(struct launch *launch, GError **error)
{
    pid_t launcher = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    int status = 0;

    if (launcher == 0)
        run_launcher(launch);
    if (launcher < 0)
        return fail(error, "fork", errno);
    while (waitpid(launcher, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0 || fail(error, "namespaces", WIFEXITED(status) ? WEXITSTATUS(status) : EINTR);
}

gboolean confinement_start(struct confinement *confinement, void (*program)(gpointer data), gpointer data, pid_t *init,
                           int *end, GError **error)
{
    g_autofree struct launch *start = g_new(struct launch, 1);
    int ends[2];
    gboolean started;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(error, "socket", errno);
    start->confinement = confinement;
    start->program = program;
    start->data = data;
    start->engine = ends[0];
    start->run = ends[1];
    started = launch(start, error);
    close(ends[1]);
    if (!started)
        close(ends[0]);
    confinement->used = TRUE;
    *init = confinement->init;
    *end = ends[0];
    return started;
}

int confinement_status(int end)
{
    int status;

    return recv(end, &status, sizeof(status), 0) == (ssize_t)sizeof(status) ? status : SIGKILL;
}

/* Another process, which was forked meanwhile, makes its own: two runs at once would see what the other writes. */
static gboolean is_fresh(const struct confining *confining, const char *control)
{
    const struct confinement *current = confining->current;

    return current->owner == getpid() && strcmp(current->control, control) == 0 &&
           !(confining->uses_network && current->used) && layers_are_clean(&current->layers);
}

/* A copy of another process's has memory that is shared with it, but not its `control`. */
static void drop(struct confinement *confinement)
{
    if (confinement->owner == getpid()) {
        g_autofree char *place = g_build_filename(confinement->control, SNAPSHOT_PLACE, NULL);

        g_rmdir(place);
        confinement_free(confinement);
        return;
    }
    close_all(
        &(struct confinement){ .layers = confinement->layers,
                               .spaces = { confinement->spaces[0], confinement->spaces[1], confinement->spaces[2] } });
    munmap(confinement, sizeof(*confinement));
}

struct confinement *confining_get(struct confining *confining, const char *control)
{
    if (!confining->wanted || confining->why_not)
        return NULL;
    if (confining->current && is_fresh(confining, control))
        return confining->current;
    if (confining->current)
        drop(confining->current);
    confining->current = confinement_new(control, &confining->why_not);
    return confining->current;
}

void confining_clear(struct confining *confining)
{
    if (confining->current)
        drop(confining->current);
    confining->current = NULL;
}
