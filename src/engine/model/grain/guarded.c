/* Guarded runs: signal handlers that return from a struck grain after a bad load or too much time. */
#include "engine/model/grain/guarded.h"

#include "engine/model/grain/boxes.h"
#include "ops/ops.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

/* A run is given up at the second tick of this timer. */
#define TICK 20000 /* microseconds */

static const int signals[] = { SIGSEGV, SIGBUS, SIGVTALRM };

static struct {
    volatile sig_atomic_t runs; /* the layer's code is running: a handler may jump out of it */
    volatile sig_atomic_t ticks;
    pthread_t thread;
    sigjmp_buf end;
} watched;

struct guarded {
    const struct machine *machine;
    struct sigaction before[G_N_ELEMENTS(signals)];
    struct itimerval timer_before;
    GByteArray *kept; /* a layer's outputs */
};

/* Passes a run's injection on to the plan's own record function. */
struct relay {
    const struct machine *machine;
    void (*record)(const struct injection *injection, void *data);
    void *data;
    gboolean may_go_astray;
};

static gboolean is_running(void)
{
    return watched.runs && pthread_equal(pthread_self(), watched.thread);
}

/* A fault outside a guarded run is our own bug: restore the default action, so that retrying the instruction kills us.
 */
static void end_run(int number)
{
    if (is_running())
        siglongjmp(watched.end, GUARDED_CRASHED);
    signal(number, SIG_DFL);
}

static void tick(int number G_GNUC_UNUSED)
{
    if (is_running() && ++watched.ticks > 1)
        siglongjmp(watched.end, GUARDED_UNKNOWN);
}

struct guarded *guarded_new(const struct machine *machine)
{
    struct guarded *guarded = g_new0(struct guarded, 1);
    struct itimerval timer = { { 0, TICK }, { 0, TICK } };
    sigset_t all;

    watched.thread = pthread_self();
    guarded->machine = machine;
    guarded->kept = g_byte_array_new();
    sigemptyset(&all);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        struct sigaction action = { .sa_handler = signals[i] == SIGVTALRM ? tick : end_run,
                                    .sa_flags = SA_NODEFER | SA_RESTART };

        sigaction(signals[i], &action, &guarded->before[i]);
        sigaddset(&all, signals[i]);
    }
    sigprocmask(SIG_UNBLOCK, &all, NULL);
    setitimer(ITIMER_VIRTUAL, &timer, &guarded->timer_before);
    return guarded;
}

void guarded_free(struct guarded *guarded)
{
    setitimer(ITIMER_VIRTUAL, &guarded->timer_before, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &guarded->before[i], NULL);
    g_byte_array_unref(guarded->kept);
    g_free(guarded);
}

/* Arms the plan and runs the grain once. */
static enum guarded_end run(const struct guarded *w, int number, const struct binding *bound, struct runtime_plan *plan,
                            uint64_t countdown, const struct box *grain)
{
    int end;

    runtime_arm(plan, countdown);
    end = sigsetjmp(watched.end, 0);
    if (end == GUARDED_COMPLETED) {
        watched.ticks = 0;
        watched.runs = 1;
        w->machine->code[number - 1].entry[FORM_GRAIN](bound->in[number - 1], bound->out[number - 1], grain);
    }
    watched.runs = 0;
    return (enum guarded_end)end;
}

static void relay(const struct injection *injection, void *data)
{
    struct relay *relay = data;

    relay->may_go_astray |=
        injection->reg_index < 64 && relay->machine->guarded[injection->site] >> injection->reg_index & 1;
    watched.runs = 0;
    relay->record(injection, relay->data);
    watched.runs = 1;
}

static void ignore(const struct injection *injection G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

/* Iterates over a layer's outputs; NULL after the last one. */
static unsigned char *next_output(const struct guarded *w, const struct layer *layer, unsigned char *data, int *o,
                                  size_t *size)
{
    while (*o < layer->n_outputs && layer->outputs[*o] < 0)
        (*o)++;
    if (*o == layer->n_outputs)
        return NULL;
    *size = machine_value_size(w->machine, layer->outputs[*o]);
    return machine_value(w->machine, data, layer->outputs[(*o)++]);
}

static void keep_and_clear(struct guarded *w, const struct layer *layer, unsigned char *data)
{
    unsigned char *output;
    size_t size;

    g_byte_array_set_size(w->kept, 0);
    for (int o = 0; (output = next_output(w, layer, data, &o, &size));) {
        g_byte_array_append(w->kept, output, (guint)size);
        memset(output, 0, size);
    }
}

static void put_back(const struct guarded *w, const struct layer *layer, unsigned char *data)
{
    const guint8 *kept = w->kept->data;
    unsigned char *output;
    size_t size;

    for (int o = 0; (output = next_output(w, layer, data, &o, &size)); kept += size)
        memcpy(output, kept, size);
}

static void make_golden(const struct guarded *w, const struct layer *layer, const struct binding *bound)
{
    unsigned char *output;
    size_t size;

    for (int o = 0; (output = next_output(w, layer, bound->data, &o, &size));)
        memcpy(output, bound->golden + (output - bound->data), size);
}

/* Whether the grain's elements equal those that were kept. */
static gboolean is_as_kept(const struct guarded *w, const struct layer *layer, unsigned char *data,
                           const struct box *grain)
{
    const guint8 *kept = w->kept->data;
    unsigned char *output;
    size_t size;

    for (int o = 0; (output = next_output(w, layer, data, &o, &size)); kept += size) {
        struct box produced, difference;
        struct layout layout;

        layout_init(&layout, model_value(w->machine->model, layer->outputs[o - 1]));
        layer_produced(w->machine->model, layer, o - 1, grain, &produced);
        if (layout_difference(&layout, output, kept, &produced, &difference))
            return FALSE;
    }
    return TRUE;
}

/* Runs the grain again, with outputs of zeros; returns whether it ends the same way. The outputs are restored. */
static gboolean ends_so_again(struct guarded *w, int number, const struct binding *bound, struct runtime_plan *plan,
                              uint64_t countdown, const struct box *grain, enum guarded_end end)
{
    const struct layer *layer = model_layer(w->machine->model, number);
    gboolean same;

    keep_and_clear(w, layer, bound->data);
    plan->record = ignore;
    same = run(w, number, bound, plan, countdown, grain) == end &&
           (end != GUARDED_COMPLETED || is_as_kept(w, layer, bound->data, grain));
    put_back(w, layer, bound->data);
    return same;
}

enum guarded_end guarded_run(struct guarded *w, int number, const struct binding *bound, gboolean is_guarded,
                             struct runtime_plan *plan, uint64_t countdown, const struct box *grain)
{
    struct relay relayed = { .machine = w->machine, .record = plan->record, .data = plan->data };
    struct random random = plan->random;
    enum guarded_end end;
    gboolean is_known;

    plan->record = relay;
    plan->data = &relayed;
    end = run(w, number, bound, plan, countdown, grain);
    is_known = end == GUARDED_COMPLETED;
    if (relayed.may_go_astray) {
        plan->random = random;
        is_known = is_guarded && end != GUARDED_UNKNOWN && ends_so_again(w, number, bound, plan, countdown, grain, end);
    }
    plan->record = relayed.record;
    plan->data = relayed.data;
    end = is_known ? end : GUARDED_UNKNOWN;
    if (end != GUARDED_COMPLETED)
        make_golden(w, model_layer(w->machine->model, number), bound);
    return end;
}
