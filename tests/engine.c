/* Profile, plan and trials on a real network: engine MODEL.onnx. */
#include "observe.h"
#include "stage.h"

#include "runtime/model/trace.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

static const char *model_path;

static void count_event(int64_t index, uint32_t opcode G_GNUC_UNUSED, uint32_t bytes G_GNUC_UNUSED,
                        const void *value G_GNUC_UNUSED, void *data)
{
    ((uint64_t *)data)[index]++;
}

static void profile_counts_what_the_trace_form_executes(void)
{
    struct stage *s = stage_new(model_path);
    const struct layer_code *last;
    g_autofree uint64_t *events = NULL;
    struct memory *memory;
    GError *error = NULL;

    stage_start(s, 1);
    last = &s->machine->code[s->c->model->layers->len - 1];
    events = g_new0(uint64_t, last->first_index + last->n_instructions);
    memory = memory_new(s->machine, s->c->inputs, &error);
    runtime_trace_to(count_event, events);
    must(machine_run(s->machine, memory->data, FORM_TRACE, NULL, &error), error);
    runtime_trace_to(NULL, NULL);
    for (guint i = 0; i < s->machine->sites->len; i++) {
        const struct site *site = &g_array_index(s->machine->sites, struct site, i);

        g_assert_cmpuint(site->count, ==, events[site->index]);
    }
    memory_free(memory);
    stage_free(s);
}

/* A selected instruction as the trace form executes it. */
struct event {
    uint32_t site;
    uint32_t bytes;
    uint64_t value;
};

struct tracing {
    GHashTable *sites; /* LLFI index -> number of the site + 1 */
    GArray *events;
};

static void keep_event(int64_t index, uint32_t opcode G_GNUC_UNUSED, uint32_t bytes, const void *value, void *data)
{
    struct tracing *tracing = data;
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(tracing->sites, GINT_TO_POINTER(index)));
    struct event event = { .site = number - 1, .bytes = bytes };

    if (number == 0)
        return;
    memcpy(&event.value, value, bytes);
    g_array_append_val(tracing->events, event);
}

/* Every selected instruction of the whole model, in execution order. */
static GArray *trace_events(struct stage *s)
{
    struct tracing tracing = { g_hash_table_new(NULL, NULL), g_array_new(FALSE, FALSE, sizeof(struct event)) };
    struct memory *memory;
    GError *error = NULL;

    for (guint i = 0; i < s->machine->sites->len; i++)
        g_hash_table_insert(tracing.sites, GUINT_TO_POINTER(g_array_index(s->machine->sites, struct site, i).index),
                            GUINT_TO_POINTER(i + 1));
    memory = memory_new(s->machine, s->c->inputs, &error);
    runtime_trace_to(keep_event, &tracing);
    must(machine_run(s->machine, memory->data, FORM_TRACE, NULL, &error), error);
    runtime_trace_to(NULL, NULL);
    memory_free(memory);
    g_hash_table_unref(tracing.sites);
    return tracing.events;
}

/* Cycle `k` + 1 of one layer strikes the k-th event from that layer's first on; the fault changes nothing. */
static void strike_event(struct stage *s, int layer, uint64_t k, const struct event *event)
{
    struct injection injection;
    struct runtime_plan plan = observing_plan(&injection);
    unsigned char *memory = stage_memory(s);

    runtime_arm(&plan, k);
    machine_run_layer(s->machine, memory, layer, FORM_FAULT, NULL);
    g_assert_cmpuint(injection.site, ==, event->site);
    g_assert_cmpuint(injection.old_value[0], ==, event->value);
    g_assert_cmpuint(NEVER - lltfi_countdown, ==, s->golden->selected[layer - 1] - k - 1);
    g_assert_cmpmem(memory, s->golden->memory->size, s->golden->memory->golden, s->golden->memory->size);
    free(memory);
}

/* The first and last cycles of every layer, where loops begin and end, and some in between. */
static void a_cycle_strikes_the_instruction_that_the_trace_has_there(void)
{
    static const char *const words[] = { "fadd", "fmul", "fcmp", "load", "add", "icmp", "phi" };
    struct stage *s = stage_new(model_path);
    g_autoptr(GArray) events = NULL;
    struct random random = random_stream(1, 0);
    GError *error = NULL;

    stage_select(s, words, G_N_ELEMENTS(words));
    stage_start(s, 1);
    events = trace_events(s);
    g_assert_cmpuint(events->len, ==, golden_total(s->golden, s->machine));
    for (guint l = 1; l <= s->c->model->layers->len; l++) {
        uint64_t n = s->golden->selected[l - 1], first = s->golden->before[l - 1];

        must(machine_compile(s->machine, (int)l, FORM_FAULT, &error), error);
        for (uint64_t k = 0; k < MIN(n, 120); k++) {
            uint64_t last = n - 1 - k, any = random_below(&random, n);

            strike_event(s, (int)l, k, &g_array_index(events, struct event, first + k));
            strike_event(s, (int)l, last, &g_array_index(events, struct event, first + last));
            strike_event(s, (int)l, any, &g_array_index(events, struct event, first + any));
        }
    }
    stage_free(s);
}

/* Pearson's statistic against a chance of one in a million to reject a uniform plan. */
static void cycles_are_drawn_uniformly_over_layers_and_over_the_run(void)
{
    const uint64_t trials = 100000;
    struct stage *s = stage_new(model_path);
    guint n = s->c->model->layers->len;
    g_autofree uint64_t *struck = g_new0(uint64_t, n);
    uint64_t parts[50] = { 0 }, total;
    double statistic = 0, freedom = -1;

    stage_start(s, trials);
    total = golden_total(s->golden, s->machine);
    for (uint64_t k = 0; k < trials; k++) {
        struct planned planned;

        plan_trial(&s->plan, k, &planned);
        g_assert_cmpuint(planned.cycle, >=, 1);
        g_assert_cmpuint(planned.cycle, <=, total);
        struck[planned.layer - 1]++;
        parts[(planned.cycle - 1) * G_N_ELEMENTS(parts) / total]++;
    }
    for (guint l = 0; l < n; l++) {
        double expected = (double)trials * (double)s->golden->selected[l] / (double)total;

        if (s->golden->selected[l] == 0)
            g_assert_cmpuint(struck[l], ==, 0);
        if (expected < 5)
            continue;
        statistic += pow((double)struck[l] - expected, 2) / expected;
        freedom++;
    }
    g_assert_cmpfloat(gsl_cdf_chisq_Q(statistic, freedom), >, 1e-6);
    statistic = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        statistic += pow((double)parts[i] - (double)trials / 50, 2) / ((double)trials / 50);
    g_assert_cmpfloat(gsl_cdf_chisq_Q(statistic, G_N_ELEMENTS(parts) - 1), >, 1e-6);
    stage_free(s);
}

static void a_trial_is_a_function_of_seed_and_number(void)
{
    struct stage *s = stage_new(model_path);
    struct planned forward[64], backward[64];
    guint different = 0;

    stage_start(s, 64);
    memset(forward, 0, sizeof(forward));
    memset(backward, 0, sizeof(backward));
    for (unsigned k = 0; k < 64; k++)
        plan_trial(&s->plan, k, &forward[k]);
    for (unsigned k = 64; k-- > 0;)
        plan_trial(&s->plan, k, &backward[k]);
    g_assert_cmpmem(forward, sizeof(forward), backward, sizeof(backward));
    s->campaign->seed = 2;
    for (unsigned k = 0; k < 64; k++) {
        plan_trial(&s->plan, k, &backward[k]);
        different += backward[k].cycle != forward[k].cycle;
    }
    g_assert_cmpuint(different, >, 60);
    stage_free(s);
}

/* The results of one run. */
struct run_record {
    unsigned char *memory;
    struct injection injections[MAX_FAULTS];
    guint n;
};

static void record(const struct injection *injection, void *data)
{
    struct run_record *to = data;

    to->injections[to->n++] = *injection;
}

/* The whole model in its fault form from the start, or as a trial does it: the struck layer in fault form, the rest in
 * fast form on golden tensors. */
static void run_once(struct stage *s, const struct planned *planned, gboolean from_start, struct run_record *to)
{
    struct runtime_plan plan = planned->runtime;
    int n = (int)s->c->model->layers->len, first = from_start ? 1 : planned->layer;

    to->n = 0;
    to->memory = stage_memory(s);
    plan.record = record;
    plan.data = to;
    runtime_arm(&plan, from_start ? planned->cycle - 1 : planned->countdown);
    for (int l = first; l <= n; l++)
        machine_run_layer(s->machine, to->memory, l, from_start || runtime_pending() ? FORM_FAULT : FORM_FAST, NULL);
}

static void a_trial_equals_the_whole_model_in_fault_form(void)
{
    const uint64_t trials = 300;
    struct stage *s = stage_new(model_path);
    guint changed = 0;
    GError *error = NULL;

    stage_option(s)->max_multiple = 3;
    stage_start(s, trials);
    for (guint l = 1; l <= s->c->model->layers->len; l++)
        must(machine_compile(s->machine, (int)l, FORM_FAULT, &error), error);
    for (uint64_t k = 0; k < trials; k++) {
        struct run_record whole, trial;
        struct planned planned;

        plan_trial(&s->plan, k, &planned);
        run_once(s, &planned, TRUE, &whole);
        run_once(s, &planned, FALSE, &trial);
        g_assert_cmpuint(whole.n, ==, planned.runtime.n_faults);
        g_assert_cmpmem(whole.injections, whole.n * sizeof(*whole.injections), trial.injections,
                        trial.n * sizeof(*trial.injections));
        g_assert_cmpmem(whole.memory, s->golden->memory->size, trial.memory, s->golden->memory->size);
        changed += memcmp(whole.memory, s->golden->memory->golden, s->golden->memory->size) != 0;
        free(whole.memory);
        free(trial.memory);
    }
    g_assert_cmpuint(changed, >, 0);
    stage_free(s);
}

static void the_number_of_jobs_changes_no_result(void)
{
    struct stage *s = stage_new(model_path);
    g_autoptr(GArray) one = NULL, three = NULL;

    stage_start(s, 150);
    one = stage_run(s, 1, FALSE);
    three = stage_run(s, 3, FALSE);
    g_assert_cmpuint(one->len, ==, 150);
    g_assert_cmpuint(three->len, ==, 150);
    for (guint i = 0; i < one->len; i++)
        assert_same_trial(&g_array_index(one, struct trial, i), &g_array_index(three, struct trial, i));
    stage_free(s);
}

static void without_a_fault_every_trial_is_benign(void)
{
    struct stage *s = stage_new(model_path);
    g_autoptr(GArray) trials = NULL;

    stage_option(s)->fault = FAULT_NONE;
    stage_start(s, 100);
    trials = stage_run(s, 2, FALSE);
    g_assert_cmpuint(trials->len, ==, 100);
    for (guint i = 0; i < trials->len; i++) {
        const struct trial *trial = &g_array_index(trials, struct trial, i);

        g_assert_cmpint(trial->outcome, ==, OUTCOME_BENIGN);
        g_assert_cmpuint(trial->sdc, ==, 0);
    }
    stage_free(s);
}

static guint population(const uint64_t mask[2])
{
    return (guint)__builtin_popcountll(mask[0]) + (guint)__builtin_popcountll(mask[1]);
}

static void the_record_says_what_was_done(void)
{
    struct stage *s = stage_new(model_path);
    g_autoptr(GArray) trials = NULL;

    stage_option(s)->num_bits = 3;
    stage_start(s, 100);
    trials = stage_run(s, 2, FALSE);
    for (guint i = 0; i < trials->len; i++) {
        const struct trial *trial = &g_array_index(trials, struct trial, i);

        g_assert_cmpint(trial->n_injections, ==, 1);
        g_assert_cmpuint(population(trial->injections->mask), ==, 3);
        g_assert_cmpuint(trial->injections->old_value[0] ^ trial->injections->mask[0], ==,
                         trial->injections->new_value[0]);
        g_assert_cmpuint(trial->injections->width, ==, 32);
    }
    stage_free(s);
}

/* Faults strike address computations, loop conditions and loads too: trials crash and hang, the campaign continues. */
static void faults_in_every_instruction_end_in_outcomes(void)
{
    struct stage *s = stage_new(model_path);
    struct instruction_selection *entry = s->campaign->selection.entries->pdata[0];
    guint outcomes[OUTCOME_COUNT] = { 0 };
    g_autoptr(GArray) trials = NULL;

    entry->include_all = TRUE;
    s->campaign->selection.registers = REGISTER_ALL;
    s->campaign->timeout = 2;
    stage_start(s, 300);
    trials = stage_run(s, 2, FALSE);
    g_assert_cmpuint(trials->len, ==, 300);
    for (guint i = 0; i < trials->len; i++)
        outcomes[g_array_index(trials, struct trial, i).outcome]++;
    g_assert_cmpuint(outcomes[OUTCOME_CRASH], >, 0);
    g_assert_cmpuint(outcomes[OUTCOME_BENIGN], >, 0);
    g_assert_cmpuint(outcomes[OUTCOME_NOT_ACTIVATED], ==, 0);
    stage_free(s);
}

static void one_index_is_struck_at_every_execution(void)
{
    struct stage *s = stage_new(model_path);
    g_autoptr(GArray) trials = NULL;
    const struct site *rare = NULL;

    stage_start(s, 1);
    for (guint i = 0; i < s->machine->sites->len; i++) {
        const struct site *site = &g_array_index(s->machine->sites, struct site, i);

        if (site->count > 1 && site->count <= MAX_FAULTS && (!rare || site->count < rare->count))
            rare = site;
    }
    if (!rare) {
        g_test_skip("every selected instruction is executed more often than faults are recorded");
        stage_free(s);
        return;
    }
    stage_option(s)->index = rare->index;
    trials = stage_run(s, 1, FALSE);
    g_assert_cmpint(g_array_index(trials, struct trial, 0).n_injections, ==, (int)rare->count);
    stage_free(s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    model_path = argv[1];
    g_test_add_func("/profile/counts-what-the-trace-form-executes", profile_counts_what_the_trace_form_executes);
    g_test_add_func("/trial/cycles-in-trace-order", a_cycle_strikes_the_instruction_that_the_trace_has_there);
    g_test_add_func("/plan/uniform", cycles_are_drawn_uniformly_over_layers_and_over_the_run);
    g_test_add_func("/plan/function-of-seed-and-number", a_trial_is_a_function_of_seed_and_number);
    g_test_add_func("/trial/equals-the-whole-model-in-fault-form", a_trial_equals_the_whole_model_in_fault_form);
    g_test_add_func("/run/jobs", the_number_of_jobs_changes_no_result);
    g_test_add_func("/run/no-fault", without_a_fault_every_trial_is_benign);
    g_test_add_func("/run/record", the_record_says_what_was_done);
    g_test_add_func("/run/every-instruction", faults_in_every_instruction_end_in_outcomes);
    g_test_add_func("/run/every-execution", one_index_is_struck_at_every_execution);
    return g_test_run();
}
