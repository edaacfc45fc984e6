/* Tier 2, the parent's part: forks a child, reads its messages, and judges how it ended. */
#include "engine/model/forked.h"

#include "base/errors.h"
#include "base/setting_name.h"
#include "engine/fork.h"
#include "engine/model/forked_child.h"
#include "engine/trial.h"
#include "runtime/model/report.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child is limited by processor time. If it gets none (it can't sleep, but the machine may be busy), it is killed
 * after this many times the limit. */
#define WALL_TIMES_LIMIT 20.0
#define TICK_MILLISECONDS 100

/* The child of a trial. */
struct job {
    pid_t pid;
    int pipe;
    uint64_t number;
    const struct planned *planned;
    gint64 started; /* microseconds */
    gint64 deadline;
    gboolean timed_out;
    GByteArray *received;
};

static gboolean start_job(const struct model_runner *runner, gboolean every_layer, struct job *job, GError **error)
{
    const struct model_subject *subject = runner->subject;
    double limit = trial_time_limit(subject->golden[job->planned->input], subject->machine, job->planned);
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return system_error(error, "starting a trial: pipe");
    job->started = g_get_monotonic_time();
    job->deadline = job->started + (gint64)(limit * WALL_TIMES_LIMIT * G_USEC_PER_SEC);
    job->pid = fork_undisturbed();
    if (job->pid == 0) {
        close(ends[0]);
        trial_child(runner, every_layer, job->planned, limit, ends[1]);
    }
    close(ends[1]);
    job->pipe = ends[0];
    if (job->pid > 0)
        return TRUE;
    close(ends[0]);
    return system_error(error, "starting a trial: fork");
}

/* Reads what is in the pipe; FALSE if the child has closed its end. */
static gboolean receive(struct job *job)
{
    guint8 buffer[65536];
    ssize_t n = read(job->pipe, buffer, sizeof(buffer));

    if (n > 0)
        g_byte_array_append(job->received, buffer, (guint)n);
    return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* The content of a child's messages. */
struct report {
    gboolean ended, unchanged;
    unsigned reports;              /* of the protection, a set of enum report_kind */
    const struct tensor **outputs; /* views into the received bytes */
    struct tensor *views;
    guint n_outputs;
};

static void take_output(struct report *report, const guint8 *body, size_t size)
{
    uint32_t number;

    memcpy(&number, body, sizeof(number));
    if (number >= report->n_outputs || size - sizeof(number) != report->views[number].size)
        return;
    report->views[number].data = (void *)(body + sizeof(number));
}

static void take_layer(const struct model_runner *runner, GPtrArray *values, const guint8 *body, size_t size)
{
    uint32_t number;
    struct tensor view;

    memcpy(&number, body, sizeof(number));
    if (!values || number >= values->len)
        return;
    view = machine_view(runner->subject->machine, NULL, (int)number);
    view.data = (void *)(body + sizeof(number));
    if (view.size == size - sizeof(number) && !values->pdata[number])
        values->pdata[number] = tensor_copy(&view);
}

static void read_messages(const struct model_runner *runner, const struct job *job, struct trial *trial,
                          struct report *report, GPtrArray *values)
{
    const guint8 *at = job->received->data, *end = at + job->received->len;
    struct message message;

    while ((size_t)(end - at) >= sizeof(message)) {
        memcpy(&message, at, sizeof(message));
        at += sizeof(message);
        if ((size_t)(end - at) < message.size)
            return;
        if (message.tag == MESSAGE_INJECTION && message.size == sizeof(struct injection)) {
            struct injection injection;

            memcpy(&injection, at, sizeof(injection));
            trial_add_injection(trial, job->planned, &injection);
        } else if (message.tag == MESSAGE_CHANGE && message.size == sizeof(struct change)) {
            struct change change;

            memcpy(&change, at, sizeof(change));
            trial_add_changes(trial, &change, 1);
        } else if (message.tag == MESSAGE_OUTPUT && message.size >= sizeof(uint32_t)) {
            take_output(report, at, message.size);
        } else if (message.tag == MESSAGE_LAYER && message.size >= sizeof(uint32_t)) {
            take_layer(runner, values, at, message.size);
        } else if (message.tag == MESSAGE_REPORT && message.size == sizeof(uint32_t)) {
            uint32_t kind;

            memcpy(&kind, at, sizeof(kind));
            report->reports |= kind;
        } else if (message.tag == MESSAGE_UNCHANGED) {
            report->unchanged = TRUE;
        } else if (message.tag == MESSAGE_END) {
            report->ended = TRUE;
        }
        at += message.size;
    }
}

static gboolean judge(const struct model_runner *runner, const struct job *job, struct trial *trial,
                      const struct report *report, int status, GError **error)
{
    const struct outcome_reference *reference = &runner->subject->references[job->planned->input];

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && report->ended)
        trial_find_masked(trial, runner->subject->machine->model);
    if (report->reports & REPORT_DETECTED) {
        outcome_no_output(reference, trial);
        trial->outcome = OUTCOME_DETECTED;
        return TRUE;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && report->ended) {
        if (trial->n_injections == 0 && job->planned->runtime.type != FAULT_NONE) {
            outcome_judge(reference, report->outputs, trial);
            trial->outcome = OUTCOME_NOT_ACTIVATED;
            return TRUE;
        }
        outcome_judge(reference, report->outputs, trial);
        if (reference->rule == RULE_COMMAND &&
            !outcome_command(reference, report->outputs, runner->scratch, trial, error))
            return FALSE;
        trial->outcome = outcome_after(trial->outcome, report->reports & REPORT_CORRECTED);
        return TRUE;
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !job->timed_out) {
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_RUN,
                    "trial %" G_GUINT64_FORMAT " was killed from outside (is the memory used up?). What was stored is "
                    "safe: run the same command to go on; fewer %s need less memory",
                    job->number, setting_name("jobs"));
        return FALSE;
    }
    outcome_no_output(reference, trial);
    trial->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    /* x86 reports the same bad address by SIGBUS or SIGSEGV, depending on the register that holds it. */
    if (trial->signal == SIGBUS)
        trial->signal = SIGSEGV;
    trial->outcome = job->timed_out || trial->signal == SIGPROF ? OUTCOME_HANG : OUTCOME_CRASH;
    return TRUE;
}

/* Views of the golden outputs; the child's messages replace them by its own outputs. */
static void report_init(const struct model_runner *runner, const struct job *job, struct report *report)
{
    const struct golden *golden = runner->subject->golden[job->planned->input];

    report->n_outputs = runner->subject->machine->model->outputs->len;
    report->views = g_memdup2(golden->views, MAX(report->n_outputs, 1) * sizeof(struct tensor));
    report->outputs = g_new(const struct tensor *, MAX(report->n_outputs, 1));
    for (guint o = 0; o < report->n_outputs; o++)
        report->outputs[o] = &report->views[o];
}

/* Sets the outcome of a child that has ended. */
static gboolean finish_job(const struct model_runner *runner, struct job *job, struct trial *trial, GPtrArray *values,
                           GError **error)
{
    struct report report = { 0 };
    int status = 0;
    gboolean done;

    close(job->pipe);
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        ;
    trial->seconds = (double)(g_get_monotonic_time() - job->started) / G_USEC_PER_SEC;
    report_init(runner, job, &report);
    read_messages(runner, job, trial, &report, values);
    done = judge(runner, job, trial, &report, status, error);
    g_free(report.views);
    g_free(report.outputs);
    return done;
}

static void wait_for_end(struct job *job)
{
    for (;;) {
        struct pollfd waiting = { .fd = job->pipe, .events = POLLIN };

        if (poll(&waiting, 1, TICK_MILLISECONDS) > 0 && !receive(job))
            return;
        if (g_get_monotonic_time() > job->deadline && !job->timed_out) {
            job->timed_out = TRUE;
            kill(job->pid, SIGKILL);
        }
    }
}

gboolean forked_trial(const struct model_runner *runner, const struct planned *planned, struct trial *trial,
                      GPtrArray *values, GError **error)
{
    struct job job = { .number = trial->number, .planned = planned };
    gboolean done;

    if (!start_job(runner, values != NULL, &job, error))
        return FALSE;
    job.received = g_byte_array_new();
    wait_for_end(&job);
    done = finish_job(runner, &job, trial, values, error);
    g_byte_array_unref(job.received);
    return done;
}
