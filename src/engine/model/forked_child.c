/* Tier 2, the child's part: strikes, runs the layers from the struck one on, and sends what differs from golden. */
#include "engine/model/forked_child.h"

#include "engine/fork.h"
#include "engine/model/strike.h"
#include "engine/trial.h"
#include "runtime/model/report.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

/* The shortest time limit in seconds, and how many times the golden run's time a trial may take. */
#define LEAST_SECONDS 0.5
#define TIMES_GOLDEN 20.0

double trial_time_limit(const struct golden *golden, const struct machine *machine, const struct planned *planned)
{
    double golden_seconds = 0;

    if (planned->timeout > 0)
        return planned->timeout;
    for (guint l = 0; l < machine->model->layers->len; l++)
        golden_seconds += golden->scalar_seconds[l] + golden->fast_seconds[l];
    return MAX(LEAST_SECONDS, TIMES_GOLDEN * golden_seconds);
}

static void send_value(int pipe, enum message_tag tag, uint32_t number, const void *data, size_t size)
{
    struct message message = { .tag = tag, .size = (uint32_t)(sizeof(number) + size) };

    write_to_parent(pipe, &message, sizeof(message));
    write_to_parent(pipe, &number, sizeof(number));
    write_to_parent(pipe, data, size);
}

static void send_mark(int pipe, enum message_tag tag)
{
    struct message message = { .tag = tag };

    write_to_parent(pipe, &message, sizeof(message));
}

/* The child of a trial. */
struct child {
    const struct model_runner *runner;
    const struct machine *machine;
    gboolean every_layer; /* replay: send the outputs of all layers */
    const struct planned *planned;
    struct memory *memory;
    int first; /* the first layer that can differ from golden */
    int pipe;
};

/* Sends the injection at once, so that it is recorded whatever the fault does next. */
static void send_injection(const struct injection *injection, void *data)
{
    const struct child *child = data;
    struct {
        struct message message;
        struct injection injection;
    } record = { { MESSAGE_INJECTION, sizeof(*injection) }, *injection };

    write_to_parent(child->pipe, &record, sizeof(record));
    if (child->runner->propagation)
        planned_mark(child->machine, child->planned, injection->site, child->runner->propagation);
}

static void send_changes(const struct child *child)
{
    struct trial trial = { 0 };

    trial_take_changes(&trial, child->runner->propagation);
    for (int c = 0; c < trial.n_changes; c++) {
        struct {
            struct message message;
            struct change change;
        } record = { { MESSAGE_CHANGE, sizeof(struct change) }, trial.changes[c] };

        write_to_parent(child->pipe, &record, sizeof(record));
    }
    trial_clear(&trial);
}

/* No core files. The kernel kills a child that exceeds its processor time, or whose parent has ended. */
static void limit_child(double cpu_seconds)
{
    struct rlimit none = { 0, 0 };
    struct itimerval timer = { .it_value = { (time_t)cpu_seconds,
                                             (suseconds_t)((cpu_seconds - (double)(time_t)cpu_seconds) * 1e6) } };
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF, SIGPIPE, SIGCHLD };

    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        signal(signals[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setrlimit(RLIMIT_CORE, &none);
    setitimer(ITIMER_PROF, &timer, NULL);
}

/* Clears the outputs of a struck layer, which in a run from the start are not computed yet. */
static void clear_outputs(const struct machine *machine, unsigned char *data, const struct layer *layer)
{
    for (int o = 0; o < layer->n_outputs; o++)
        if (layer->outputs[o] >= 0)
            memset(machine_value(machine, data, layer->outputs[o]), 0, machine_value_size(machine, layer->outputs[o]));
}

static void send_layer(const struct child *child, const struct layer *layer)
{
    const struct machine *machine = child->machine;

    for (int o = 0; o < layer->n_outputs; o++)
        if (layer->outputs[o] >= 0)
            send_value(child->pipe, MESSAGE_LAYER, (uint32_t)layer->outputs[o],
                       machine_value(machine, child->memory->data, layer->outputs[o]),
                       machine_value_size(machine, layer->outputs[o]));
}

/* Reports one layer; with the struck layer also all earlier ones, which a stray store may have changed. */
static void report_layer(const struct child *child, int number)
{
    struct propagation *propagation = child->runner->propagation;
    const struct memory *memory = child->memory;
    gboolean is_first = number == child->first;

    if (propagation && is_first)
        propagation_inputs(propagation, memory->data, memory->golden);
    for (int l = is_first ? 1 : number; l <= number; l++) {
        if (propagation)
            propagation_layer(propagation, l, memory->data, memory->golden, NULL);
        if (child->every_layer)
            send_layer(child, model_layer(child->machine->model, l));
    }
    if (propagation)
        send_changes(child);
}

static void send_outputs(const struct child *child)
{
    const struct machine *machine = child->machine;

    for (guint o = 0; o < machine->model->outputs->len; o++) {
        int value = g_array_index(machine->model->outputs, int, o);

        send_value(child->pipe, MESSAGE_OUTPUT, o, machine_value(machine, child->memory->data, value),
                   machine_value_size(machine, value));
    }
}

static void end_child(const struct child *child) G_GNUC_NORETURN;

static void end_child(const struct child *child)
{
    send_mark(child->pipe, MESSAGE_END);
    _exit(EXIT_SUCCESS);
}

/* Sent at once, since the fault may still end the process. */
static void send_report(enum report_kind kind, void *data)
{
    const struct child *child = data;
    struct {
        struct message message;
        uint32_t kind;
    } record = { { MESSAGE_REPORT, sizeof(uint32_t) }, kind };

    write_to_parent(child->pipe, &record, sizeof(record));
}

/* Runs the layers that faults strike; returns the layer after them. */
static int strike_instructions(const struct child *child)
{
    const struct machine *machine = child->machine;
    const struct planned *planned = child->planned;
    struct runtime_plan plan = planned->runtime;
    int n = (int)machine->model->layers->len;
    int layer = planned->layer;

    plan.record = send_injection;
    plan.data = (void *)child;
    runtime_take_reports();
    runtime_report_to(send_report, (void *)child);
    runtime_arm(&plan, planned->countdown);
    do {
        clear_outputs(machine, child->memory->data, model_layer(machine->model, layer));
        machine_run_layer(machine, child->memory->data, layer, FORM_FAULT, NULL);
        report_layer(child, layer);
    } while (++layer <= n && runtime_pending() && planned->cycle > 0);
    return layer;
}

/* Strikes an element; returns the first layer that may read it. */
static int strike_tensor(const struct child *child)
{
    const struct machine *machine = child->machine;
    struct strike strike;

    strike_draw(machine, child->memory->data, child->planned, &strike);
    if (strike.activated)
        send_injection(&strike.injection, (void *)child);
    strike_write(machine, child->memory->data, child->planned, strike.after);
    if (child->planned->level == LEVEL_WEIGHT)
        return child->first;
    report_layer(child, child->first);
    return child->first + 1;
}

void trial_child(const struct model_runner *runner, gboolean every_layer, const struct planned *planned,
                 double cpu_seconds, int pipe)
{
    const struct machine *machine = runner->subject->machine;
    struct child child = { .runner = runner,
                           .machine = machine,
                           .every_layer = every_layer,
                           .planned = planned,
                           .memory = runner->subject->golden[planned->input]->memory,
                           .first = planned_first_layer(machine, planned),
                           .pipe = pipe };
    const struct memory *memory = child.memory;
    int n = (int)machine->model->layers->len;
    int layer;

    limit_child(cpu_seconds);
    if (runner->propagation)
        propagation_begin(runner->propagation);
    layer = planned->target ? strike_tensor(&child) : strike_instructions(&child);
    if (!planned->target && !every_layer && memcmp(memory->data, memory->golden, memory->size) == 0) {
        send_mark(pipe, MESSAGE_UNCHANGED);
        end_child(&child);
    }
    for (; layer <= n; layer++) {
        machine_run_layer(machine, memory->data, layer, FORM_FAST, NULL);
        report_layer(&child, layer);
    }
    send_outputs(&child);
    end_child(&child);
}
