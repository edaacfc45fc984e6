/* The process of a run: its limits, its output, its end. */
#include "engine/program/child.h"

#include "base/errors.h"
#include "engine/fork.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The largest file, and the number of processes that the user may have. */
#define MOST_FILE (UINT64_C(8) << 30)
#define MOST_PROCESSES 32768
/* So much of the machine's memory, in percent, may a run use; how often it is looked at, microseconds. */
#define MOST_MEMORY 75
#define MEMORY_INTERVAL 50000
/* The shortest time limit, in seconds, of a run that has hardly used a processor. */
#define LEAST_WAIT 1.0

static void limit(int resource, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(resource, &now) != 0 || (now.rlim_cur != RLIM_INFINITY && now.rlim_cur <= most))
        return;
    now.rlim_cur = most;
    setrlimit(resource, &now);
}

/* Where memory gets short before child_watch sees it, the kernel shall end this process and not the engine. */
static void limit_child(void)
{
    struct rlimit none = { 0, 0 };
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    setrlimit(RLIMIT_CORE, &none);
    limit(RLIMIT_FSIZE, MOST_FILE);
    limit(RLIMIT_NPROC, MOST_PROCESSES);
    if (file >= 0) {
        (void)!write(file, "1000", 4);
        close(file);
    }
}

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A walk makes the namespaces of its trials: a program that is not root's has the capability for that, as the others
 * have none. */
static void allow_namespaces(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[2] = { 0 };

    if (syscall(SYS_capget, &header, data) != 0)
        return;
    data[0].inheritable |= 1u << CAP_SYS_ADMIN;
    syscall(SYS_capset, &header, data);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0);
}

/* One thread runs at a time, and goes on until it waits: faults strike at their cycles, and trials can be repeated. */
static void run_threads_in_turn(void)
{
    int processor = sched_getcpu();
    cpu_set_t set;

    if (processor < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof(set), &set);
    sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
}

static void become(gpointer data)
{
    const struct child_plan *plan = data;
    int input = plan->input;

    setpgid(0, 0);
    if (plan->walks && plan->confinement && geteuid() != 0)
        allow_namespaces();
    /* Addresses are values that faults change, so they should be the same in every run, if the system permits it. */
    personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    reset_signals();
    limit_child();
    if (plan->in_turn)
        run_threads_in_turn();
    if (dup2(input, 0) < 0 || dup2(plan->output, 1) < 0 || dup2(plan->messages, 2) < 0 || chdir(plan->folder) != 0)
        _exit(127);
    execve(plan->executable, plan->arguments, plan->environment);
    _exit(127);
}

static gboolean start_unconfined(struct running *running, struct child_plan *plan, GError **error)
{
    running->pid = fork_undisturbed();
    if (running->pid == 0)
        become(plan);
    if (running->pid < 0)
        return system_error(error, "starting the program: fork");
    setpgid(running->pid, running->pid);
    running->end = (int)syscall(SYS_pidfd_open, running->pid, 0);
    return running->end >= 0 || system_error(error, "watching the program");
}

/* With its streams in the plan. */
static gboolean start(struct running *running, struct child_plan *plan, GError **error)
{
    running->confined = plan->confinement != NULL;
    return running->confined ? confinement_start(plan->confinement, become, plan, &running->pid, &running->end, error)
                             : start_unconfined(running, plan, error);
}

gboolean child_start(struct running *running, struct child_plan *plan, GError **error)
{
    int output[2] = { -1, -1 }, messages[2] = { -1, -1 };
    gboolean started;

    plan->input = open(plan->input_path, O_RDONLY | O_CLOEXEC);
    if (plan->input < 0)
        return system_error(error, plan->input_path);
    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(messages, O_CLOEXEC) != 0) {
        close(plan->input);
        return system_error(error, "starting the program: pipe");
    }
    plan->output = output[1];
    plan->messages = messages[1];
    started = start(running, plan, error);
    close(plan->input);
    close(output[1]);
    close(messages[1]);
    running->streams[0].descriptor = output[0];
    running->streams[1].descriptor = messages[0];
    return started;
}

gboolean child_receive(struct stream *stream)
{
    guint8 buffer[65536];
    ssize_t n = read(stream->descriptor, buffer, sizeof(buffer));
    guint room = stream->most - stream->kept->len;

    if (n < 0 && errno == EINTR)
        return TRUE;
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) {
            close(stream->descriptor);
            stream->descriptor = -1;
        }
        return FALSE;
    }
    g_byte_array_append(stream->kept, buffer, MIN((guint)n, room));
    if ((guint)n > room) {
        stream->dropped->size += (guint)n - room;
        g_checksum_update(stream->dropped->hash, buffer + room, (gssize)((guint)n - room));
    }
    return TRUE;
}

void child_kill(const struct running *running)
{
    kill(running->confined ? running->pid : -running->pid, SIGKILL);
}

pid_t child_of(pid_t process)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/task/%d/children", (int)process, (int)process);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? (pid_t)g_ascii_strtoll(text, NULL, 10) : 0;
}

/* Memory that is touched, not address space: sanitizers reserve terabytes. */
static gboolean uses_too_much(const struct running *running)
{
    guint64 total = (guint64)sysconf(_SC_PHYS_PAGES), pages;
    pid_t program = running->confined ? child_of(running->pid) : running->pid;
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", (int)program);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && sscanf(text, "%*u %" G_GUINT64_FORMAT, &pages) == 1 &&
           pages > total / 100 * MOST_MEMORY;
}

/* Seconds that the program's first process has had a processor; 0 where that is not known. */
static double processor_seconds(const struct running *running)
{
    pid_t program = running->confined ? child_of(running->pid) : running->pid;
    g_autofree char *path = g_strdup_printf("/proc/%d/schedstat", (int)program);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) ? g_ascii_strtod(text, NULL) / 1e9 : 0;
}

/* A run that waits, or that others keep from a processor, gets more time than one that computes all the while. */
static gboolean deserves_more(const struct running *running, double timeout)
{
    return timeout < LEAST_WAIT && processor_seconds(running) < timeout / 2;
}

gboolean child_watch(struct running *running, double timeout)
{
    gint64 started = g_get_monotonic_time();
    gint64 deadline = started + (gint64)(timeout * G_USEC_PER_SEC);
    gint64 look = started + MEMORY_INTERVAL;

    for (;;) {
        gint64 left = (deadline - g_get_monotonic_time() + 999) / 1000;
        struct pollfd polls[3] = { { .fd = running->end, .events = POLLIN },
                                   { .fd = running->streams[0].descriptor, .events = POLLIN },
                                   { .fd = running->streams[1].descriptor, .events = POLLIN } };

        if (left <= 0 && deserves_more(running, timeout)) {
            timeout = LEAST_WAIT;
            deadline = started + (gint64)(timeout * G_USEC_PER_SEC);
            continue;
        }
        if (left <= 0)
            return FALSE;
        if (g_get_monotonic_time() > look) {
            if (uses_too_much(running))
                child_kill(running);
            look = g_get_monotonic_time() + MEMORY_INTERVAL;
        }
        if (poll(polls, 3, (int)MIN(left, MEMORY_INTERVAL / 1000)) < 0)
            continue;
        for (int s = 0; s < 2; s++)
            if (polls[s + 1].revents)
                child_receive(&running->streams[s]);
        if (polls[0].revents)
            return TRUE;
    }
}

/* Kills and reaps a process. TRUE: it has not ended yet. */
static gboolean end_straggler(pid_t child)
{
    kill(child, SIGKILL);
    return waitpid(child, NULL, WNOHANG) == 0;
}

/* Kills what the program started and did not wait for: its process group, and processes that left the group, which are
 * our children once their parents have ended. */
static void end_stragglers(pid_t group, pid_t spared)
{
    g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
    gboolean more = TRUE;

    kill(-group, SIGKILL);
    while (more && (spared > 0 || waitpid(-1, NULL, WNOHANG) >= 0)) {
        g_autofree char *text = NULL;
        g_auto(GStrv) children = NULL;

        if (!g_file_get_contents(path, &text, NULL, NULL))
            return;
        children = g_strsplit(text, " ", -1);
        more = spared == 0;
        for (char **child = children; *child; child++)
            if (**child && (pid_t)g_ascii_strtoll(*child, NULL, 10) != spared)
                more |= end_straggler((pid_t)g_ascii_strtoll(*child, NULL, 10));
        if (more)
            g_usleep(1000);
    }
}

static void drain(struct stream *stream)
{
    if (stream->descriptor < 0)
        return;
    fcntl(stream->descriptor, F_SETFL, O_NONBLOCK);
    while (stream->descriptor >= 0 && child_receive(stream))
        ;
    if (stream->descriptor >= 0)
        close(stream->descriptor);
    stream->descriptor = -1;
}

/* When the init of a confined run ends, all that the program started has ended. */
static void reap(struct running *running, struct run_result *result, pid_t spared)
{
    int status;

    if (running->confined)
        result->status = confinement_status(running->end);
    while (waitpid(running->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (running->confined)
        return;
    result->status = status;
    end_stragglers(running->pid, spared);
}

void child_finish(struct running *running, struct run_result *result, pid_t spared)
{
    if (result->timed_out)
        child_kill(running);
    reap(running, result, spared);
    close(running->end);
    drain(&running->streams[0]);
    drain(&running->streams[1]);
}
