/*
 * Faults in tensors and in weights: levels FAULTS MODEL.onnx...
 *
 * A fault in a tensor must do what changing that element and running all later layers whole does; a fault in a weight
 * what a model does whose file holds the changed weight. All tensors are compared, bit for bit.
 */
#include "onnx_build.h"
#include "stage.h"

#include "engine/model/grain/differential.h"

#include <glib/gstdio.h>
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t n_faults;

static struct stage *start(const char *model, enum fault_level level, enum sampling sampling, uint64_t trials)
{
    struct stage *s = stage_new(model);

    s->campaign->level = level;
    s->campaign->sampling = sampling;
    s->campaign->timeout = 2;
    stage_start(s, trials);
    return s;
}

/* Pearson's statistic against a chance of one in a million to reject a uniform plan. */
static void assert_fits(const uint64_t *counts, const double *expected, guint n)
{
    double statistic = 0, freedom = -1;

    for (guint i = 0; i < n; i++) {
        if (expected[i] == 0) {
            g_assert_cmpuint(counts[i], ==, 0);
            continue;
        }
        statistic += ((double)counts[i] - expected[i]) * ((double)counts[i] - expected[i]) / expected[i];
        freedom++;
    }
    if (freedom > 0)
        g_assert_cmpfloat(gsl_cdf_chisq_Q(statistic, freedom), >, 1e-6);
}

#define PARTS 50

/* Elements `first` to first + count - 1, in parts of (nearly) equal size. */
static void check_parts(const struct stage *s, uint64_t first, uint64_t count, uint64_t trials)
{
    guint n = (guint)MIN(PARTS, count);
    g_autofree uint64_t *counts = g_new0(uint64_t, n);
    g_autofree double *expected = g_new0(double, n);
    uint64_t inside = 0;

    for (uint64_t k = 0; k < trials; k++) {
        struct planned planned;

        plan_trial(&s->plan, k, &planned);
        g_assert_cmpuint(planned.cycle - 1, ==, planned.target->first + planned.element);
        g_assert_cmpuint(planned.element, <, planned.target->count);
        g_assert_cmpint(planned.layer, ==, planned.target->layer);
        if (planned.cycle - 1 < first || planned.cycle - 1 >= first + count)
            continue;
        counts[(planned.cycle - 1 - first) * n / count]++;
        inside++;
    }
    /* Element i is in part i * n / count: part p begins at ceil(p * count / n). */
    for (guint p = 0; p < n; p++)
        expected[p] =
            (double)inside * (double)(((p + 1) * count + n - 1) / n - (p * count + n - 1) / n) / (double)count;
    assert_fits(counts, expected, n);
}

static void check_layers(const struct stage *s, uint64_t trials)
{
    const GArray *layers = s->machine->targets->layers;
    g_autofree uint64_t *counts = g_new0(uint64_t, s->c->model->layers->len + 1);
    g_autofree double *expected = g_new0(double, s->c->model->layers->len + 1);

    for (uint64_t k = 0; k < trials; k++) {
        struct planned planned;

        plan_trial(&s->plan, k, &planned);
        counts[planned.layer]++;
    }
    for (guint l = 0; l < layers->len; l++)
        expected[g_array_index(layers, struct target_layer, l).layer] = (double)trials / layers->len;
    assert_fits(counts, expected, s->c->model->layers->len + 1);
}

static void elements_are_drawn_uniformly(gconstpointer model)
{
    const uint64_t trials = 100000;

    for (enum fault_level level = LEVEL_TENSOR; level <= LEVEL_WEIGHT; level++) {
        struct stage *s = start(model, level, SAMPLING_ELEMENT, trials);

        check_parts(s, 0, s->machine->targets->total, trials);
        stage_free(s);
        s = start(model, level, SAMPLING_LAYER, trials);
        check_layers(s, trials);
        for (guint l = 0; l < s->machine->targets->layers->len; l++) {
            const struct target_layer *layer = &g_array_index(s->machine->targets->layers, struct target_layer, l);

            check_parts(s, layer->first, layer->count, trials);
        }
        stage_free(s);
    }
}

static gboolean same_plan(const struct planned *a, const struct planned *b)
{
    return a->cycle == b->cycle && a->element == b->element && a->target == b->target && a->layer == b->layer &&
           memcmp(&a->runtime, &b->runtime, offsetof(struct runtime_plan, gaps)) == 0;
}

static void a_trial_is_a_function_of_seed_and_number(gconstpointer model)
{
    struct stage *s = start(model, LEVEL_WEIGHT, SAMPLING_ELEMENT, 1000);
    struct planned first[100], again;
    uint64_t others = 0;

    for (uint64_t k = 0; k < G_N_ELEMENTS(first); k++)
        plan_trial(&s->plan, k, &first[k]);
    for (uint64_t k = G_N_ELEMENTS(first); k-- > 0;) {
        plan_trial(&s->plan, k, &again);
        g_assert_true(same_plan(&first[k], &again));
    }
    s->campaign->seed++;
    for (uint64_t k = 0; k < G_N_ELEMENTS(first); k++) {
        plan_trial(&s->plan, k, &again);
        others += again.cycle != first[k].cycle;
    }
    g_assert_cmpuint(others, >, G_N_ELEMENTS(first) / 2);
    stage_free(s);
}

static void assert_golden(const struct stage *s)
{
    const struct memory *memory = s->golden->memory;

    g_assert_cmpmem(memory->data, memory->size, memory->golden, memory->size);
    for (guint v = 0; v < s->c->model->values->len; v++) {
        const struct tensor *constant = model_value(s->c->model, (int)v)->constant;

        if (constant)
            g_assert_cmpmem(s->machine->constants + s->machine->offsets[v], constant->size, constant->data,
                            constant->size);
    }
}

static void put_element(void *data, uint64_t element, const struct injection *injection, enum element type)
{
    memcpy((char *)data + element * element_size(type), injection->new_value, element_size(type));
}

/* Changes the element by hand and runs all later layers whole. */
static void compare_tensor_by_hand(struct stage *s, const struct trial *trial)
{
    const struct injection *injection = trial->injections;
    const struct value *value = model_value(s->c->model, injection->value);
    unsigned char *memory = stage_memory(s);

    put_element(memory + s->machine->offsets[injection->value], injection->element, injection, value->type);
    for (int l = value->producer + 1; l <= (int)s->c->model->layers->len; l++)
        machine_run_layer(s->machine, memory, l, FORM_FAST, NULL);
    g_assert_cmpmem(memory, s->golden->memory->size, s->golden->memory->data, s->golden->memory->size);
    free(memory);
}

static void a_struck_tensor_is_one_changed_by_hand(gconstpointer model)
{
    struct stage *s = start(model, LEVEL_TENSOR, SAMPLING_LAYER, n_faults);
    struct differential *differential = differential_new(s->machine, &s->golden, 1, s->reference);

    for (uint64_t k = 0; k < n_faults; k++) {
        struct trial trial = { .number = k };
        const struct tensor *const *outputs;
        struct planned planned;

        plan_trial(&s->plan, k, &planned);
        g_assert_true(differential_trial(differential, &planned, &trial, &outputs));
        g_assert_cmpint(trial.n_injections, ==, 1);
        compare_tensor_by_hand(s, &trial);
        differential_reset(differential);
        assert_golden(s);
        trial_clear(&trial);
    }
    differential_free(differential);
    stage_free(s);
}

static Onnx__TensorProto *find_initializer(const Onnx__ModelProto *proto, const char *name)
{
    for (size_t i = 0; i < proto->graph->n_initializer; i++)
        if (strcmp(proto->graph->initializer[i]->name, name) == 0)
            return proto->graph->initializer[i];
    g_error("the model has no initializer '%s'", name);
}

static Onnx__ModelProto *read_model(const char *path)
{
    g_autofree char *bytes = NULL;
    Onnx__ModelProto *proto;
    gsize size;

    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    proto = onnx__model_proto__unpack(NULL, size, (const guint8 *)bytes);
    g_assert_nonnull(proto);
    return proto;
}

/* The model with one element of an initializer replaced in its file. */
static struct model *changed_model(const struct stage *s, const char *path, const struct injection *injection)
{
    const struct value *value = model_value(s->c->model, injection->value);
    Onnx__ModelProto *proto = read_model(path);
    Onnx__TensorProto *tensor = find_initializer(proto, value->name);
    g_autoptr(node_graph_t) graph = NULL;
    g_autoptr(GBytes) bytes = NULL;
    struct model *model;
    GError *error = NULL;

    put_element(tensor->raw_data.len ? (void *)tensor->raw_data.data : (void *)tensor->float_data, injection->element,
                injection, value->type);
    bytes = build_bytes(proto);
    onnx__model_proto__free_unpacked(proto, NULL);
    graph = onnx_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), path, &error);
    g_assert_no_error(error);
    model = lower_graph(graph, s->c->inputs, NULL, &error);
    g_assert_no_error(error);
    return model;
}

static void compare_with_changed_file(struct stage *s, const char *path, const struct trial *trial)
{
    g_autoptr(model_t) model = changed_model(s, path, trial->injections);
    GError *error = NULL;
    g_autoptr(machine_t) machine = machine_new(model, NULL, 0, &error);
    struct memory *memory;

    g_assert_no_error(error);
    memory = memory_new(machine, s->c->inputs, &error);
    g_assert_no_error(error);
    must(machine_run(machine, memory->data, FORM_FAST, NULL, &error), error);
    g_assert_cmpmem(memory->data, memory->size, s->golden->memory->data, s->golden->memory->size);
    memory_free(memory);
}

static void check_weight(struct stage *s, struct differential *differential, const char *path, uint64_t number)
{
    struct trial trial = { .number = number };
    const struct tensor *const *outputs;
    struct planned planned;

    stage_option(s)->cycle = (int64_t)number + 1;
    plan_trial(&s->plan, number, &planned);
    g_assert_true(differential_trial(differential, &planned, &trial, &outputs));
    g_assert_cmpint(trial.n_injections, ==, 1);
    compare_with_changed_file(s, path, &trial);
    differential_reset(differential);
    assert_golden(s);
    trial_clear(&trial);
}

/* The first, the last and some other elements of every constant. */
static void check_weights(const char *path, int64_t bit)
{
    struct stage *s = start(path, LEVEL_WEIGHT, SAMPLING_ELEMENT, 1);
    struct differential *differential = differential_new(s->machine, &s->golden, 1, s->reference);
    const GArray *list = s->machine->targets->list;

    stage_option(s)->bit = bit;
    for (guint t = 0; t < list->len; t++) {
        const struct target *target = &g_array_index(list, struct target, t);
        struct random random = random_stream(7, t);

        check_weight(s, differential, path, target->first);
        check_weight(s, differential, path, target->first + target->count - 1);
        for (int i = 0; i < 4; i++)
            check_weight(s, differential, path, target->first + random_below(&random, target->count));
    }
    differential_free(differential);
    stage_free(s);
}

static void a_struck_weight_is_one_changed_in_the_file(gconstpointer model)
{
    check_weights(model, -1);
}

/* Targets are all weights of the file and no padding: each weight has its own place in memory; all other places hold 0.
 */
static void weights_are_those_of_the_file(gconstpointer model)
{
    struct stage *s = start(model, LEVEL_WEIGHT, SAMPLING_ELEMENT, 1);
    Onnx__ModelProto *proto = read_model(model);
    uint64_t total = 0;

    for (guint t = 0; t < s->machine->targets->list->len; t++) {
        const struct target *target = &g_array_index(s->machine->targets->list, struct target, t);
        const struct weight_copy *copy = &g_array_index(target->copies, struct weight_copy, 0);
        const Onnx__TensorProto *file = find_initializer(proto, model_value(s->c->model, target->value)->name);
        const struct tensor *packed = model_value(s->c->model, copy->value)->constant;
        g_autofree float *left = g_memdup2(packed->data, packed->size);
        const float *weights = file->raw_data.len ? (const void *)file->raw_data.data : file->float_data;

        g_assert_cmpint(packed->type, ==, ELEMENT_FLOAT);
        for (uint64_t e = 0; e < target->count; e++) {
            int64_t place = copy_place(s->machine, copy, e);

            g_assert_cmpint(place, >=, 0);
            g_assert_cmpuint((size_t)place, <, packed->count);
            g_assert_cmpmem(&left[place], sizeof(float), &weights[e], sizeof(float));
            left[place] = 0;
        }
        for (size_t i = 0; i < packed->count; i++)
            g_assert_true(left[i] == 0);
        total += target->count;
    }
    for (size_t i = 0; i < proto->graph->n_initializer; i++) {
        uint64_t count = proto->graph->initializer[i]->data_type == ELEMENT_FLOAT;

        for (size_t d = 0; d < proto->graph->initializer[i]->n_dims; d++)
            count *= (uint64_t)proto->graph->initializer[i]->dims[d];
        total -= count;
    }
    g_assert_cmpuint(total, ==, 0);
    onnx__model_proto__free_unpacked(proto, NULL);
    stage_free(s);
}

static void assert_same_trials(const GArray *a, const GArray *b)
{
    g_assert_cmpuint(a->len, ==, b->len);
    for (guint i = 0; i < a->len; i++) {
        assert_same_trial(&g_array_index(a, struct trial, i), &g_array_index(b, struct trial, i));
        assert_same_changes(&g_array_index(a, struct trial, i), &g_array_index(b, struct trial, i));
    }
}

static const struct run_option faults[] = {
    { .fault = FAULT_BITFLIP, .bit = -1, .num_bits = 1 },      { .fault = FAULT_BITFLIP, .bit = 30, .num_bits = 1 },
    { .fault = FAULT_STUCK_AT_1, .bit = -1, .num_bits = 4 },   { .fault = FAULT_STUCK_AT_0, .bit = -1, .num_bits = 2 },
    { .fault = FAULT_RANDOM_VALUE, .bit = -1, .num_bits = 1 }, { .fault = FAULT_NONE, .bit = -1, .num_bits = 1 },
};

static void check_ways(const char *model, enum fault_level level, const struct run_option *fault)
{
    struct stage *s = start(model, level, SAMPLING_ELEMENT, n_faults);
    g_autoptr(GArray) one = NULL, three = NULL, forked = NULL;

    stage_option(s)->fault = fault->fault;
    stage_option(s)->bit = fault->bit;
    stage_option(s)->num_bits = fault->num_bits;
    s->record = TRUE;
    one = stage_run(s, 1, FALSE);
    three = stage_run(s, 3, FALSE);
    forked = stage_run(s, 2, TRUE);
    g_assert_cmpuint(one->len, ==, n_faults);
    assert_same_trials(one, three);
    assert_same_trials(one, forked);
    for (guint i = 0; fault->fault == FAULT_NONE && i < one->len; i++) {
        const struct trial *trial = &g_array_index(one, struct trial, i);

        g_assert_cmpint(trial->outcome, ==, OUTCOME_BENIGN);
        g_assert_cmpuint(trial->sdc, ==, 0);
    }
    stage_free(s);
}

static void jobs_and_forks_change_nothing(gconstpointer model)
{
    for (size_t f = 0; f < G_N_ELEMENTS(faults); f++)
        for (enum fault_level level = LEVEL_TENSOR; level <= LEVEL_WEIGHT; level++)
            check_ways(model, level, &faults[f]);
}

static char *save_model(const Onnx__ModelProto *proto)
{
    g_autoptr(GBytes) bytes = build_bytes(proto);
    char *path = NULL;
    int file = g_file_open_tmp("lltfi-XXXXXX.onnx", &path, NULL);

    g_assert_cmpint(file, >=, 0);
    close(file);
    g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), NULL));
    return path;
}

/* One matrix in two products (laid out twice, for two depths of the left one) and in a sum (as it is). */
static void a_shared_weight_strikes_all_that_read_it(void)
{
    Onnx__ModelProto *proto = build_model(13);
    float weights[5 * 5];
    g_autofree char *path = NULL;
    struct stage *s;

    for (size_t i = 0; i < G_N_ELEMENTS(weights); i++)
        weights[i] = (float)i / 7.0f - 1.5f;
    build_input(proto, "x", ELEMENT_FLOAT, "5,5");
    build_initializer(proto, "w", ELEMENT_FLOAT, "5,5", weights, sizeof(weights));
    build_node(proto, "first", "MatMul", "x w", "a");
    build_node(proto, "sum", "Add", "a w", "b");
    build_int(build_node(proto, "second", "Gemm", "b w", "c"), "transB", 1);
    build_output(proto, "c", ELEMENT_FLOAT, "5,5");
    path = save_model(proto);
    build_free(proto);
    s = start(path, LEVEL_WEIGHT, SAMPLING_ELEMENT, 1);
    g_assert_cmpuint(s->machine->targets->total, ==, G_N_ELEMENTS(weights));
    g_assert_cmpuint(s->machine->targets->list->len, ==, 1);
    g_assert_cmpuint(g_array_index(s->machine->targets->list, struct target, 0).copies->len, ==, 3);
    stage_free(s);
    check_weights(path, -1);
    g_remove(path);
}

/* The product of one row skips terms whose input is 0, but not if the weight has become NaN, as 1.5 does here. */
static void weights_that_become_nan_meet_zeros(void)
{
    static const float zeros[] = { 0, 1, 0, 0, 1 };
    Onnx__ModelProto *proto = build_model(13);
    float weights[5 * 5];
    g_autofree char *path = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(weights); i++)
        weights[i] = 1.5f;
    build_input(proto, "x", ELEMENT_FLOAT, "1,5");
    build_initializer(proto, "zeros", ELEMENT_FLOAT, "5", zeros, sizeof(zeros));
    build_initializer(proto, "w", ELEMENT_FLOAT, "5,5", weights, sizeof(weights));
    build_node(proto, "mask", "Mul", "x zeros", "a");
    build_node(proto, "product", "MatMul", "a w", "b");
    build_output(proto, "b", ELEMENT_FLOAT, "1,5");
    path = save_model(proto);
    build_free(proto);
    check_weights(path, 30);
    check_ways(path, LEVEL_WEIGHT, &faults[1]);
    g_remove(path);
}

/* A constant index is used in addresses, so its trials run in children. */
static void indices_that_reach_addresses_are_struck_in_children(void)
{
    static const int64_t indices[] = { 0, 2, 1 };
    Onnx__ModelProto *proto = build_model(13);
    g_autofree char *path = NULL;
    g_autoptr(GArray) trials = NULL, forked = NULL;
    struct differential *differential;
    const struct tensor *const *outputs;
    struct trial trial = { 0 };
    struct planned planned;
    guint harmed = 0;
    struct stage *s;

    build_input(proto, "x", ELEMENT_FLOAT, "4,3");
    build_initializer(proto, "indices", ELEMENT_INT64, "3", indices, sizeof(indices));
    build_node(proto, "pick", "Gather", "x indices", "y");
    build_output(proto, "y", ELEMENT_FLOAT, "3,3");
    path = save_model(proto);
    build_free(proto);
    s = start(path, LEVEL_WEIGHT, SAMPLING_ELEMENT, 300);
    differential = differential_new(s->machine, &s->golden, 1, s->reference);
    plan_trial(&s->plan, 0, &planned);
    g_assert_false(differential_trial(differential, &planned, &trial, &outputs));
    g_assert_cmpint(trial.n_injections, ==, 0);
    assert_golden(s);
    differential_free(differential);
    trials = stage_run(s, 2, FALSE);
    forked = stage_run(s, 2, TRUE);
    assert_same_trials(trials, forked);
    for (guint i = 0; i < trials->len; i++)
        harmed += g_array_index(trials, struct trial, i).outcome != OUTCOME_BENIGN;
    g_assert_cmpuint(harmed, >, trials->len / 3);
    stage_free(s);
    g_remove(path);
}

/* A bool has one bit. The target shape of a Reshape is used only while the model is lowered, so it is not a weight. */
static void bools_have_one_bit_and_shapes_are_no_weights(void)
{
    static const gint8 mask[] = { 1, 0, 1, 1, 0, 0 };
    static const int64_t shape[] = { 3, 2 };
    static const float other = 5;
    Onnx__ModelProto *proto = build_model(13);
    g_autofree char *path = NULL;
    g_autoptr(GArray) trials = NULL;
    struct stage *s;

    build_input(proto, "x", ELEMENT_FLOAT, "2,3");
    build_initializer(proto, "mask", ELEMENT_BOOL, "3,2", mask, sizeof(mask));
    build_initializer(proto, "shape", ELEMENT_INT64, "2", shape, sizeof(shape));
    build_initializer(proto, "other", ELEMENT_FLOAT, "", &other, sizeof(other));
    build_node(proto, "fold", "Reshape", "x shape", "r");
    build_node(proto, "choose", "Where", "mask r other", "y");
    build_output(proto, "y", ELEMENT_FLOAT, "3,2");
    path = save_model(proto);
    build_free(proto);
    s = start(path, LEVEL_WEIGHT, SAMPLING_ELEMENT, 200);
    g_assert_cmpuint(s->machine->targets->total, ==, G_N_ELEMENTS(mask) + 1);
    trials = stage_run(s, 1, FALSE);
    for (guint i = 0; i < trials->len; i++) {
        const struct injection *injection = g_array_index(trials, struct trial, i).injections;

        if (strcmp(model_value(s->c->model, injection->value)->name, "mask") != 0)
            continue;
        g_assert_cmpuint(injection->width, ==, 1);
        g_assert_cmpuint(injection->old_value[0] ^ injection->new_value[0], ==, 1);
        g_assert_cmpint(g_array_index(trials, struct trial, i).sdc & SDC_EXACT, ==, SDC_EXACT);
    }
    stage_free(s);
    g_remove(path);
}

/* A weight that is transposed while the model is lowered is a new constant: that one is struck, and a note says so. */
static void what_was_folded_is_said(void)
{
    static const float weights[2 * 3] = { 1, 2, 3, 4, 5, 6 };
    Onnx__ModelProto *proto = build_model(13);
    g_autofree char *path = NULL, *notice = NULL;
    struct stage *s;

    build_input(proto, "x", ELEMENT_FLOAT, "4,3");
    build_initializer(proto, "w", ELEMENT_FLOAT, "2,3", weights, sizeof(weights));
    build_node(proto, "turn", "Transpose", "w", "turned");
    build_node(proto, "product", "MatMul", "x turned", "y");
    build_output(proto, "y", ELEMENT_FLOAT, "4,2");
    path = save_model(proto);
    build_free(proto);
    s = start(path, LEVEL_WEIGHT, SAMPLING_ELEMENT, 1);
    g_assert_cmpuint(s->machine->targets->total, ==, G_N_ELEMENTS(weights));
    notice = targets_notice(s->machine);
    g_assert_nonnull(strstr(notice, "struck as computed: 'turned'"));
    stage_free(s);
    g_remove(path);
}

static void expect_plan_error(struct stage *s, const char *part)
{
    GError *error = NULL;
    struct plan plan;

    g_assert_false(plan_init(&plan, &s->subject->base, &error));
    g_assert_nonnull(strstr(error->message, part));
    g_error_free(error);
}

static void options_of_instructions_are_refused(gconstpointer model)
{
    struct stage *s = start(model, LEVEL_TENSOR, SAMPLING_ELEMENT, 1);

    stage_option(s)->max_multiple = 3;
    expect_plan_error(s, "level tensor: a trial strikes one element");
    stage_option(s)->max_multiple = -1;
    stage_option(s)->index = 4;
    expect_plan_error(s, "choose among instructions");
    stage_option(s)->index = -1;
    stage_option(s)->cycle = (int64_t)s->machine->targets->total + 1;
    expect_plan_error(s, "past the last element");
    stage_option(s)->cycle = -1;
    stage_option(s)->bit = 32;
    expect_plan_error(s, "32 bits");
    stage_free(s);
}

static void a_selection_without_weights_is_an_error(gconstpointer model)
{
    struct stage *s = stage_new(model);
    GError *error = NULL;

    must(layer_patterns_parse("Relu", s->campaign->selection.layers, &error), error);
    s->campaign->level = LEVEL_WEIGHT;
    s->machine = machine_new(s->c->model, NULL, 0, &error);
    g_assert_false(machine_choose(s->machine, s->campaign, &error));
    g_assert_nonnull(strstr(error->message, "read no constant"));
    g_error_free(error);
    machine_free(s->machine);
    stage_free(s);
}

static void add(const char *name, const char *model, GTestDataFunc check)
{
    g_autofree char *base = g_path_get_basename(model), *path = g_strdup_printf("/levels/%s/%s", base, name);

    g_test_add_data_func(path, model, check);
}
#define ADD(check) add(#check, argv[i], check)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, >=, 3);
    n_faults = g_ascii_strtoull(argv[1], NULL, 10);
    for (int i = 2; i < argc; i++) {
        ADD(elements_are_drawn_uniformly);
        ADD(a_trial_is_a_function_of_seed_and_number);
        ADD(a_struck_tensor_is_one_changed_by_hand);
        ADD(a_struck_weight_is_one_changed_in_the_file);
        ADD(weights_are_those_of_the_file);
        ADD(jobs_and_forks_change_nothing);
        ADD(options_of_instructions_are_refused);
        ADD(a_selection_without_weights_is_an_error);
    }
    g_test_add_func("/levels/shared", a_shared_weight_strikes_all_that_read_it);
    g_test_add_func("/levels/zeros", weights_that_become_nan_meet_zeros);
    g_test_add_func("/levels/indices", indices_that_reach_addresses_are_struck_in_children);
    g_test_add_func("/levels/bools", bools_have_one_bit_and_shapes_are_no_weights);
    g_test_add_func("/levels/folded", what_was_folded_is_said);
    return g_test_run();
}
