/* One run of a program: its folder, its limits, its end. */
#include "engine/process.h"

#include "base/errors.h"
#include "engine/folder.h"
#include "engine/forked.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is kept of each stream; what comes after it is read and dropped. */
#define MOST_OUTPUT (64u << 20)
#define MOST_MESSAGES (1u << 20)
/* Files may grow to this size, and so many processes of the user may there be. */
#define MOST_FILE (UINT64_C(8) << 30)
#define MOST_PROCESSES 32768

/* A stream of the program that is read here. */
struct stream {
    int descriptor; /* -1: it has ended */
    GByteArray *kept;
    guint most;
};

struct running {
    pid_t pid;
    int end; /* becomes readable when the process has ended */
    struct stream streams[2];
    void *pages; /* the shared file */
    size_t size;
};

void process_result_free(struct process_result *result)
{
    if (!result)
        return;
    g_byte_array_unref(result->output);
    g_byte_array_unref(result->messages);
    g_ptr_array_unref(result->files);
    g_free(result->shared);
    trace_free(result->trace);
    g_free(result);
}

static gboolean system_error(GError **error, const char *what)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* Where records of a trace begin: behind the block counters. */
static size_t trace_offset(const struct process_order *order)
{
    size_t counts = (size_t)order->n_counters * sizeof(uint64_t);

    return 2 * PROCESS_PAGE + (counts + PROCESS_PAGE - 1) / PROCESS_PAGE * PROCESS_PAGE;
}

static size_t shared_size(const struct process_order *order)
{
    return trace_offset(order) + trace_room(&order->trace);
}

static gboolean share(struct running *running, const struct process_order *order, const char *path, GError **error)
{
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct process_shared *shared;

    if (file < 0)
        return system_error(error, path);
    running->size = shared_size(order);
    running->pages = ftruncate(file, (off_t)running->size) == 0
                         ? mmap(NULL, running->size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
                         : MAP_FAILED;
    close(file);
    if (running->pages == MAP_FAILED)
        return system_error(error, path);
    shared = running->pages;
    shared->magic = PROCESS_MAGIC;
    shared->countdown = order->countdown;
    shared->armed = order->plan != NULL;
    if (order->plan)
        shared->plan = *order->plan;
    shared->trace.room = trace_room(&order->trace);
    shared->trace.first = order->trace.first;
    shared->trace.most = order->trace.most;
    return TRUE;
}

static void limit(int resource, rlim_t most)
{
    struct rlimit now;

    if (getrlimit(resource, &now) != 0 || (now.rlim_cur != RLIM_INFINITY && now.rlim_cur <= most))
        return;
    now.rlim_cur = most;
    setrlimit(resource, &now);
}

static void limit_child(void)
{
    struct rlimit none = { 0, 0 };
    rlim_t memory = (rlim_t)sysconf(_SC_PHYS_PAGES) * (rlim_t)sysconf(_SC_PAGESIZE);

    setrlimit(RLIMIT_CORE, &none);
    limit(RLIMIT_FSIZE, MOST_FILE);
    limit(RLIMIT_NPROC, MOST_PROCESSES);
    limit(RLIMIT_AS, MAX(memory, UINT64_C(4) << 30));
}

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The same in every run, as the environment and the executable's path lie on the program's stack and move it. */
#define SHARED_NAME "shared"
#define SHARED_FROM_RUN "../" SHARED_NAME
#define PROGRAM_NAME "program"
#define PROGRAM_FROM_RUN "../" PROGRAM_NAME

struct child_plan {
    const char *executable, *folder, *input;
    char **arguments, **environment;
    int output, messages;
};

static void become(const struct child_plan *plan) G_GNUC_NORETURN;

static void become(const struct child_plan *plan)
{
    int input = open(plan->input, O_RDONLY);

    setpgid(0, 0);
    /* Addresses are values that faults change: they are the same in every run where the system lets us ask for it. */
    personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    reset_signals();
    limit_child();
    if (input < 0 || dup2(input, 0) < 0 || dup2(plan->output, 1) < 0 || dup2(plan->messages, 2) < 0 ||
        chdir(plan->folder) != 0)
        _exit(127);
    if (input > 2)
        close(input);
    execve(plan->executable, plan->arguments, plan->environment);
    _exit(127);
}

static gboolean start(struct running *running, struct child_plan *plan, GError **error)
{
    int output[2] = { -1, -1 }, messages[2] = { -1, -1 };

    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(messages, O_CLOEXEC) != 0)
        return system_error(error, "starting the program: pipe");
    plan->output = output[1];
    plan->messages = messages[1];
    running->pid = fork_undisturbed();
    if (running->pid == 0)
        become(plan);
    close(output[1]);
    close(messages[1]);
    running->streams[0].descriptor = output[0];
    running->streams[1].descriptor = messages[0];
    if (running->pid < 0)
        return system_error(error, "starting the program: fork");
    setpgid(running->pid, running->pid);
    running->end = (int)syscall(SYS_pidfd_open, running->pid, 0);
    return running->end >= 0 || system_error(error, "watching the program");
}

/* FALSE: there is nothing more now. */
static gboolean receive(struct stream *stream)
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
    return TRUE;
}

/* Until the process ends or its time is over. TRUE: it ended by itself. */
static gboolean watch(struct running *running, double timeout)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)(timeout * G_USEC_PER_SEC);

    for (;;) {
        gint64 left = (deadline - g_get_monotonic_time() + 999) / 1000;
        struct pollfd polls[3] = { { .fd = running->end, .events = POLLIN },
                                   { .fd = running->streams[0].descriptor, .events = POLLIN },
                                   { .fd = running->streams[1].descriptor, .events = POLLIN } };

        if (left <= 0)
            return FALSE;
        if (poll(polls, 3, (int)MIN(left, 1000)) < 0)
            continue;
        for (int s = 0; s < 2; s++)
            if (polls[s + 1].revents)
                receive(&running->streams[s]);
        if (polls[0].revents)
            return TRUE;
    }
}

/* What the program started and did not wait for: the group, and what left the group, which is now ours. */
static void end_stragglers(pid_t group)
{
    g_autofree char *path = NULL, *text = NULL;
    g_auto(GStrv) children = NULL;

    kill(-group, SIGKILL);
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        g_clear_pointer(&text, g_free);
        g_clear_pointer(&path, g_free);
        g_clear_pointer(&children, g_strfreev);
        path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
        if (!g_file_get_contents(path, &text, NULL, NULL))
            return;
        children = g_strsplit(text, " ", -1);
        for (char **child = children; *child; child++)
            if (**child)
                kill((pid_t)g_ascii_strtoll(*child, NULL, 10), SIGKILL);
        g_usleep(1000);
    }
}

static void drain(struct stream *stream)
{
    if (stream->descriptor < 0)
        return;
    fcntl(stream->descriptor, F_SETFL, O_NONBLOCK);
    while (stream->descriptor >= 0 && receive(stream))
        ;
    if (stream->descriptor >= 0)
        close(stream->descriptor);
    stream->descriptor = -1;
}

static void finish(struct running *running, struct process_result *result)
{
    if (result->timed_out)
        kill(-running->pid, SIGKILL);
    while (waitpid(running->pid, &result->status, 0) < 0 && errno == EINTR)
        ;
    close(running->end);
    end_stragglers(running->pid);
    drain(&running->streams[0]);
    drain(&running->streams[1]);
}

/* Executions of blocks from the counters, both in the shared file. */
static void sum_counts(const struct process_shared *shared, const char *path, const struct process_order *order)
{
    g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);
    const char *octets = file ? g_mapped_file_get_contents(file) : NULL;
    const gsize size = octets ? g_mapped_file_get_length(file) : 0;
    const uint64_t *counters = (const void *)(octets + 2 * PROCESS_PAGE);
    const struct process_term *terms = (const void *)(octets + shared->terms_at);

    if (shared->terms_at > size || shared->n_terms > (size - shared->terms_at) / sizeof(*terms))
        return;
    for (uint32_t t = 0; t < shared->n_terms; t++)
        if (terms[t].block < order->n_counters && terms[t].counter < (size - 2 * PROCESS_PAGE) / sizeof(*counters))
            order->counts[terms[t].block] += (uint64_t)terms[t].sign * counters[terms[t].counter];
}

static void keep_shared(const struct process *process, const struct running *running, const struct process_order *order,
                        const char *path, struct process_result *result)
{
    const char *pages = running->pages;

    result->shared = g_memdup2(pages, sizeof(struct process_shared));
    memcpy(&result->countdown, pages + PROCESS_PAGE, sizeof(uint64_t));
    if (order->counts && result->shared->n_terms > 0)
        sum_counts(result->shared, path, order);
    else if (order->counts)
        memcpy(order->counts, pages + 2 * PROCESS_PAGE, order->n_counters * sizeof(uint64_t));
    if (order->trace.most > 0)
        result->trace =
            trace_take(&order->trace, result->shared, (const guint8 *)pages + trace_offset(order), process->functions);
}

static void keep_files(const struct process *process, const char *folder, struct process_result *result)
{
    const GPtrArray *outputs = process->campaign->program.outputs;

    for (guint o = 0; o < outputs->len; o++) {
        g_autofree char *path = g_build_filename(folder, outputs->pdata[o], NULL);
        char *octets;
        gsize size;

        g_ptr_array_add(result->files,
                        g_file_test(path, G_FILE_TEST_IS_REGULAR) && g_file_get_contents(path, &octets, &size, NULL)
                            ? g_bytes_new_take(octets, size)
                            : NULL);
    }
}

static void bytes_free(gpointer bytes)
{
    if (bytes)
        g_bytes_unref(bytes);
}

static struct process_result *result_new(void)
{
    struct process_result *result = g_new0(struct process_result, 1);

    result->output = g_byte_array_new();
    result->messages = g_byte_array_new();
    result->files = g_ptr_array_new_with_free_func(bytes_free);
    return result;
}

static gboolean run_in(const struct process *process, const struct process_order *order, const char *folder,
                       const char *shared, struct process_result *result, GError **error)
{
    g_auto(GStrv) environment = process_environment(SHARED_FROM_RUN);
    const char *input = process->campaign->program.input;
    struct child_plan plan = { .executable = PROGRAM_FROM_RUN,
                               .folder = folder,
                               .input = input ? input : "/dev/null",
                               .arguments = (char **)process->words->pdata,
                               .environment = environment };
    struct running running = { .streams = { { -1, result->output, MOST_OUTPUT },
                                            { -1, result->messages, MOST_MESSAGES } } };
    gint64 started = g_get_monotonic_time();

    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (!share(&running, order, shared, error) || !start(&running, &plan, error))
        return FALSE;
    result->timed_out = !watch(&running, order->timeout);
    result->seconds = (double)(g_get_monotonic_time() - started) / G_USEC_PER_SEC;
    finish(&running, result);
    keep_shared(process, &running, order, shared, result);
    munmap(running.pages, running.size);
    keep_files(process, folder, result);
    return TRUE;
}

char *process_folder(const char *scratch)
{
    return g_build_filename(scratch, "run", NULL);
}

/* The loader says why on the program's standard error. */
static gboolean not_started(const struct process *process, const struct process_result *result, GError **error)
{
    g_autofree char *messages = g_strndup((const char *)result->messages->data, result->messages->len);

    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "'%s' can't be started: %s", process->program->path,
                *g_strstrip(messages) ? messages : g_strerror(ENOEXEC));
    return FALSE;
}

struct process_result *process_run(const struct process *process, const struct process_order *order,
                                   const char *scratch, GError **error)
{
    g_autofree char *folder = process_folder(scratch);
    g_autofree char *shared = g_build_filename(scratch, SHARED_NAME, NULL);
    g_autofree char *program = g_build_filename(scratch, PROGRAM_NAME, NULL);
    g_autoptr(process_result_t) result = result_new();
    gboolean done = folder_fill(folder, process->inputs, error) &&
                    (symlink(order->executable, program) == 0 || system_error(error, program)) &&
                    folder_link(folder, process->campaign->program.links, error) &&
                    run_in(process, order, folder, shared, result, error);

    if (!done || !order->keep_folder)
        folder_remove(folder);
    g_unlink(shared);
    g_unlink(program);
    if (done && !result->shared->started && WIFEXITED(result->status) && WEXITSTATUS(result->status) == 127)
        done = not_started(process, result, error);
    return done ? g_steal_pointer(&result) : NULL;
}
