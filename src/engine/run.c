#include "engine/run.h"

#include "base/errors.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that uses no processor time (it can't sleep, but the machine may be busy) is ended after this many limits. */
#define WALL_TIMES_LIMIT 20.0
#define TICK_MILLISECONDS 100

/* A trial that runs. */
struct job {
    pid_t pid; /* 0: the slot is free */
    int pipe;
    uint64_t number;
    struct planned planned;
    gint64 started; /* microseconds */
    gint64 deadline;
    gboolean timed_out;
    GByteArray *received;
};

static gboolean system_error(GError **error, const char *what)
{
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN, "%s: %s", what, g_strerror(errno));
    return FALSE;
}

/* A request to stop, which a terminal sends to every process of the campaign, is the parent's business: children keep
 * it blocked from their first instruction on, and end as they would. Returns as fork does. */
static pid_t fork_trial(void)
{
    static const int requests[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    sigset_t blocked, before;
    pid_t pid;

    sigemptyset(&blocked);
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
        sigaddset(&blocked, requests[i]);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    pid = fork();
    if (pid != 0)
        sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static gboolean start_job(const struct run *run, const struct trial_context *context, struct job *job, uint64_t number,
                          GError **error)
{
    double limit;
    int ends[2];

    job->number = number;
    plan_trial(run->plan, number, &job->planned);
    limit = trial_time_limit(run->plan->golden[job->planned.input], run->machine, &job->planned);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return system_error(error, "starting a trial: pipe");
    job->started = g_get_monotonic_time();
    job->deadline = job->started + (gint64)(limit * WALL_TIMES_LIMIT * G_USEC_PER_SEC);
    job->timed_out = FALSE;
    g_byte_array_set_size(job->received, 0);
    job->pid = fork_trial();
    if (job->pid == 0) {
        close(ends[0]);
        trial_child(context, &job->planned, limit, ends[1]);
    }
    close(ends[1]);
    job->pipe = ends[0];
    if (job->pid > 0)
        return TRUE;
    close(ends[0]);
    job->pid = 0;
    return system_error(error, "starting a trial: fork");
}

/* Takes what is in the pipe; FALSE when the child's end is closed. */
static gboolean receive(struct job *job)
{
    guint8 buffer[65536];
    ssize_t n = read(job->pipe, buffer, sizeof(buffer));

    if (n > 0)
        g_byte_array_append(job->received, buffer, (guint)n);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* What a child's messages say. */
struct report {
    gboolean ended, unchanged;
    const struct tensor **outputs; /* views into the received octets */
    struct tensor *views;
    guint n_outputs;
};

static void add_injection(struct trial *trial, const struct planned *planned, const struct runtime_injection *from)
{
    struct injection *to;

    trial->injections = g_renew(struct injection, trial->injections, (gsize)trial->n_injections + 1);
    to = &trial->injections[trial->n_injections++];
    *to = (struct injection){ .site = from->site,
                              .cycle = planned->cycle,
                              .reg_index = (int)from->reg_index,
                              .bit = from->bit,
                              .width = from->width };
    for (uint64_t i = 1; i <= from->fault && i < RUNTIME_MAX_FAULTS; i++)
        to->cycle += planned->runtime.gaps[i];
    memcpy(to->mask, from->mask, sizeof(to->mask));
    memcpy(to->old_value, from->old_value, sizeof(to->old_value));
    memcpy(to->new_value, from->new_value, sizeof(to->new_value));
}

static void take_output(struct report *report, const guint8 *body, size_t size)
{
    uint32_t number;

    memcpy(&number, body, sizeof(number));
    if (number >= report->n_outputs || size - sizeof(number) != report->views[number].size)
        return;
    report->views[number].data = (void *)(body + sizeof(number));
}

static void take_layer(const struct run *run, GPtrArray *values, const guint8 *body, size_t size)
{
    uint32_t number;
    struct tensor view;

    memcpy(&number, body, sizeof(number));
    if (!values || number >= values->len)
        return;
    view = machine_view(run->machine, NULL, (int)number);
    view.data = (void *)(body + sizeof(number));
    if (view.size == size - sizeof(number) && !values->pdata[number])
        values->pdata[number] = tensor_copy(&view);
}

static void read_messages(const struct run *run, const struct job *job, struct trial *trial, struct report *report,
                          GPtrArray *values)
{
    const guint8 *at = job->received->data, *end = at + job->received->len;
    struct message message;

    while ((size_t)(end - at) >= sizeof(message)) {
        memcpy(&message, at, sizeof(message));
        at += sizeof(message);
        if ((size_t)(end - at) < message.size)
            return;
        if (message.tag == MESSAGE_INJECTION && message.size == sizeof(struct runtime_injection)) {
            struct runtime_injection injection;

            memcpy(&injection, at, sizeof(injection));
            add_injection(trial, &job->planned, &injection);
        } else if (message.tag == MESSAGE_OUTPUT && message.size >= sizeof(uint32_t)) {
            take_output(report, at, message.size);
        } else if (message.tag == MESSAGE_LAYER && message.size >= sizeof(uint32_t)) {
            take_layer(run, values, at, message.size);
        } else if (message.tag == MESSAGE_UNCHANGED) {
            report->unchanged = TRUE;
        } else if (message.tag == MESSAGE_END) {
            report->ended = TRUE;
        }
        at += message.size;
    }
}

static gboolean judge(const struct run *run, const struct job *job, struct trial *trial, const struct report *report,
                      int status, GError **error)
{
    const struct outcome_reference *reference = &run->references[job->planned.input];

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && report->ended) {
        if (trial->n_injections == 0 && job->planned.runtime.type != RUNTIME_NONE) {
            outcome_judge(reference, report->outputs, trial);
            trial->outcome = OUTCOME_NOT_ACTIVATED;
            return TRUE;
        }
        outcome_judge(reference, report->outputs, trial);
        return reference->rule != RULE_COMMAND ||
               outcome_command(reference, report->outputs, run->scratch, trial, error);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !job->timed_out) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                    "trial %" G_GUINT64_FORMAT " was killed from outside (is the memory used up?). What was stored is "
                    "safe: run the same command to go on; fewer --jobs need less memory",
                    job->number);
        return FALSE;
    }
    outcome_no_output(reference, trial);
    trial->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    trial->outcome = job->timed_out || trial->signal == SIGPROF ? OUTCOME_HANG : OUTCOME_CRASH;
    return TRUE;
}

/* Views of the golden outputs, which the child's messages redirect to its own. */
static void report_init(const struct run *run, const struct job *job, struct report *report)
{
    const struct golden *golden = run->plan->golden[job->planned.input];

    report->n_outputs = run->machine->model->outputs->len;
    report->views = g_memdup2(golden->views, MAX(report->n_outputs, 1) * sizeof(struct tensor));
    report->outputs = g_new(const struct tensor *, MAX(report->n_outputs, 1));
    for (guint o = 0; o < report->n_outputs; o++)
        report->outputs[o] = &report->views[o];
}

/* The child is gone: its outcome. The trial must be cleared by the caller. */
static gboolean finish_job(const struct run *run, struct job *job, struct trial *trial, GPtrArray *values,
                           GError **error)
{
    struct report report = { 0 };
    int status = 0;
    gboolean done;

    close(job->pipe);
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        ;
    job->pid = 0;
    *trial = (struct trial){
        .number = job->number, .config = job->planned.config, .input = job->planned.input, .layer = job->planned.layer
    };
    trial->seconds = (double)(g_get_monotonic_time() - job->started) / G_USEC_PER_SEC;
    report_init(run, job, &report);
    read_messages(run, job, trial, &report, values);
    done = judge(run, job, trial, &report, status, error);
    g_free(report.views);
    g_free(report.outputs);
    return done;
}

static void end_overdue(struct job *jobs, int n)
{
    gint64 now = g_get_monotonic_time();

    for (int j = 0; j < n; j++) {
        if (jobs[j].pid && now > jobs[j].deadline && !jobs[j].timed_out) {
            jobs[j].timed_out = TRUE;
            kill(jobs[j].pid, SIGKILL);
        }
    }
}

static gboolean is_done(const GArray *done, guint *next, uint64_t number)
{
    while (done && *next < done->len && g_array_index(done, uint64_t, *next) < number)
        (*next)++;
    return done && *next < done->len && g_array_index(done, uint64_t, *next) == number;
}

/* Waits for children to write or to end, and passes on the outcomes of those that did. */
static gboolean serve(const struct run *run, struct job *jobs, int n, GError **error)
{
    struct pollfd polls[n];

    for (int j = 0; j < n; j++)
        polls[j] = (struct pollfd){ .fd = jobs[j].pid ? jobs[j].pipe : -1, .events = POLLIN };
    if (poll(polls, (nfds_t)n, TICK_MILLISECONDS) < 0 && errno != EINTR)
        return system_error(error, "waiting for trials");
    for (int j = 0; j < n; j++) {
        struct trial trial;
        gboolean done;

        if (!jobs[j].pid || !polls[j].revents || receive(&jobs[j]))
            continue;
        done = finish_job(run, &jobs[j], &trial, NULL, error) && run->sink(&trial, run->data, error);
        trial_clear(&trial);
        if (!done)
            return FALSE;
    }
    end_overdue(jobs, n);
    return TRUE;
}

static int count_running(const struct job *jobs, int n)
{
    int running = 0;

    for (int j = 0; j < n; j++)
        running += jobs[j].pid != 0;
    return running;
}

static gboolean fill_slots(const struct run *run, const struct trial_context *context, struct job *jobs, uint64_t *next,
                           guint *next_done, GError **error)
{
    for (int j = 0; j < run->jobs; j++) {
        if (jobs[j].pid)
            continue;
        while (*next < run->plan->trials && is_done(run->done, next_done, *next))
            (*next)++;
        if (*next == run->plan->trials || (run->stop && g_atomic_int_get(run->stop)))
            return TRUE;
        if (!start_job(run, context, &jobs[j], (*next)++, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean run_all(const struct run *run, struct job *jobs, GError **error)
{
    struct trial_context context = { .machine = run->machine, .golden = run->plan->golden };
    uint64_t next = 0;
    guint next_done = 0;

    for (;;) {
        if (!fill_slots(run, &context, jobs, &next, &next_done, error))
            return FALSE;
        if (count_running(jobs, run->jobs) == 0)
            return TRUE;
        if (!serve(run, jobs, run->jobs, error) || (run->tick && !run->tick(run->data, error)))
            return FALSE;
    }
}

/* Faults may strike any layer with sites; all later ones run in fast form, which the golden run compiled. */
static gboolean compile_fault_forms(struct run *run, GError **error)
{
    for (guint l = 1; l <= run->machine->model->layers->len; l++)
        if (!machine_compile(run->machine, (int)l, FORM_FAULT, error))
            return FALSE;
    machine_drop_modules(run->machine);
    return TRUE;
}

static struct job *jobs_new(int n)
{
    struct job *jobs = g_new0(struct job, n);

    for (int j = 0; j < n; j++)
        jobs[j].received = g_byte_array_new();
    return jobs;
}

static void jobs_free(struct job *jobs, int n)
{
    for (int j = 0; j < n; j++) {
        if (jobs[j].pid) {
            kill(jobs[j].pid, SIGKILL);
            close(jobs[j].pipe);
            waitpid(jobs[j].pid, NULL, 0);
        }
        g_byte_array_unref(jobs[j].received);
    }
    g_free(jobs);
}

gboolean run_trials(struct run *run, GError **error)
{
    struct job *jobs;
    gboolean done;

    if (!compile_fault_forms(run, error))
        return FALSE;
    jobs = jobs_new(run->jobs);
    done = run_all(run, jobs, error);
    jobs_free(jobs, run->jobs);
    return done;
}

gboolean run_replay(struct run *run, uint64_t number, struct trial *trial, GPtrArray *values, GError **error)
{
    struct trial_context context = { .machine = run->machine, .golden = run->plan->golden, .every_layer = TRUE };
    struct job *job;
    gboolean done;

    if (!compile_fault_forms(run, error))
        return FALSE;
    job = jobs_new(1);
    g_ptr_array_set_size(values, (gint)run->machine->model->values->len);
    done = start_job(run, &context, job, number, error);
    while (done) {
        struct pollfd waiting = { .fd = job->pipe, .events = POLLIN };

        if (poll(&waiting, 1, TICK_MILLISECONDS) > 0 && !receive(job))
            break;
        end_overdue(job, 1);
    }
    done = done && finish_job(run, job, trial, values, error);
    jobs_free(job, 1);
    return done;
}
