/* The propagation record of faults whose path can be followed by hand, and how elements are counted. */
#include "onnx_build.h"
#include "stage.h"

#include "base/random.h"
#include "engine/model/measure.h"
#include "engine/model/propagation.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * s = x + 1, n = -s, z = relu(n), and, where `joined`, y = s beside z. With x = 1, 2, 3...: s = 2, 3, 4..., z = 0.
 * The output is y, else z.
 */
static char *write_model(gboolean joined)
{
    static const float one = 1;
    Onnx__ModelProto *model = build_model(13);
    char *path = NULL;
    int file = g_file_open_tmp("lltfi-XXXXXX.onnx", &path, NULL);
    g_autoptr(GBytes) bytes = NULL;

    build_input(model, "x", ELEMENT_FLOAT, "4,4");
    build_initializer(model, "one", ELEMENT_FLOAT, "", &one, sizeof(one));
    build_node(model, "add", "Add", "x one", "s");
    build_node(model, "neg", "Neg", "s", "n");
    build_node(model, "relu", "Relu", "n", "z");
    if (joined)
        build_int(build_node(model, "join", "Concat", "s z", "y"), "axis", 0);
    build_output(model, joined ? "y" : "z", ELEMENT_FLOAT, joined ? "8,4" : "4,4");
    bytes = build_bytes(model);
    g_assert_true(g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), NULL));
    close(file);
    build_free(model);
    return path;
}

/* One fault: this bit of the second addition's result, which is 3. */
static struct stage *start(gboolean joined, int bit)
{
    g_autofree char *path = write_model(joined);
    struct stage *s = stage_new(path);

    g_remove(path);
    for (int i = 0; i < 16; i++)
        ((float *)s->c->inputs[0]->data)[i] = (float)(i + 1);
    s->record = TRUE;
    stage_option(s)->cycle = 2;
    stage_option(s)->bit = bit;
    stage_start(s, 1);
    return s;
}

static void assert_changes(gboolean joined, int bit, const struct change *expected, int n)
{
    struct stage *s = start(joined, bit);
    const struct trial wanted = { .n_changes = n, .changes = (struct change *)expected };

    for (int fork_all = 0; fork_all <= 1; fork_all++) {
        g_autoptr(GArray) trials = stage_run(s, 1, fork_all);

        g_assert_cmpuint(trials->len, ==, 1);
        assert_same_changes(&g_array_index(trials, struct trial, 0), &wanted);
    }
    stage_free(s);
}

/* The highest bit of the mantissa: 3 becomes 2. Relu gives 0 for -2 as it does for -3. */
static void a_fault_is_masked_where_the_bits_are_golden_again(void)
{
    static const struct change expected[] = {
        { 1, 0, 1, 1, 1, 3, 2, 1, 1, 1.0 / 3, FALSE },
        { 2, 0, 1, 1, 1, -3, -2, 1, 1, 1.0 / 3, FALSE },
        { 3, 0, .masked = TRUE },
    };

    assert_changes(FALSE, 22, expected, G_N_ELEMENTS(expected));
}

/* The same fault, but the output has s as well: one branch masks it, the other one does not. */
static void a_fault_that_reaches_an_output_is_masked_nowhere(void)
{
    static const struct change expected[] = {
        { 1, 0, 1, 1, 1, 3, 2, 1, 1, 1.0 / 3, FALSE },
        { 2, 0, 1, 1, 1, -3, -2, 1, 1, 1.0 / 3, FALSE },
        { 3, 0 },
        { 4, 0, 1, 1, 1, 3, 2, 1, 1, 1.0 / 3, FALSE },
    };

    assert_changes(TRUE, 22, expected, G_N_ELEMENTS(expected));
}

/* The sign: Relu passes 3 where the golden value is 0, which differs in two bits and by an infinite ratio. */
static void bits_and_ratios_are_measured(void)
{
    static const struct change expected[] = {
        { 1, 0, 1, 1, 1, 3, -3, 1, 6, 2, FALSE },
        { 2, 0, 1, 1, 1, -3, 3, 1, 6, 2, FALSE },
        { 3, 0, 1, 0, 1, 0, 3, 2, 3, INFINITY, FALSE },
        { 4, 0, 2, 1, 1, 3, -3, 1, 6, INFINITY, FALSE },
    };

    assert_changes(TRUE, 31, expected, G_N_ELEMENTS(expected));
}

/* Elements at (0,0), (1,1) and (2,2); the second is in both boxes. */
static void an_element_of_two_boxes_counts_once(void)
{
    struct stage *s = start(FALSE, 22);
    unsigned char *memory = stage_memory(s);
    int value = model_layer(s->c->model, 1)->outputs[0];
    float *data = machine_value(s->machine, memory, value);
    g_autofree struct boxes *changed = g_new0(struct boxes, s->c->model->values->len);
    struct propagation *p = propagation_new(s->machine);

    data[0] = data[5] = NAN;
    data[10]++;
    changed[value] = (struct boxes){ 2, { { { 1, 1 }, { 3, 3 } }, { { 0, 0 }, { 2, 2 } } } };
    for (int everywhere = 0; everywhere <= 1; everywhere++) {
        struct trial trial = { 0 };

        propagation_begin(p);
        propagation_strike(p, 1);
        propagation_layer(p, 1, memory, s->golden->memory->golden, everywhere ? NULL : changed);
        g_assert_cmpint(propagation_last(p), ==, 2);
        trial_take_changes(&trial, p);
        g_assert_cmpint(trial.n_changes, ==, 1);
        g_assert_cmpuint(trial.changes[0].changed, ==, 3);
        g_assert_cmpuint(trial.changes[0].first, ==, 0);
        g_assert_true(isnan(trial.changes[0].largest));
        trial_clear(&trial);
    }
    propagation_free(p);
    free(memory);
    stage_free(s);
}

/* A store to a wrong address changes a tensor before the struck layer; layers that read it are reached. */
static void tensors_that_no_layer_should_have_changed_are_seen(void)
{
    struct stage *s = start(TRUE, 22);
    unsigned char *memory = stage_memory(s);
    struct propagation *p = propagation_new(s->machine);
    struct trial trial = { 0 };

    ((float *)machine_value(s->machine, memory, g_array_index(s->c->model->inputs, int, 0)))[3] = 7;
    ((float *)machine_value(s->machine, memory, model_layer(s->c->model, 2)->outputs[0]))[0] = 7;
    propagation_begin(p);
    propagation_inputs(p, memory, s->golden->memory->golden);
    for (int l = 1; l <= 3; l++)
        propagation_layer(p, l, memory, s->golden->memory->golden, NULL);
    trial_take_changes(&trial, p);
    g_assert_cmpint(trial.n_changes, ==, 3);
    g_assert_cmpuint(trial.changes[0].changed, ==, 0); /* Add reads the input */
    g_assert_cmpuint(trial.changes[1].changed, ==, 1); /* Neg's output was hit */
    g_assert_cmpuint(trial.changes[2].changed, ==, 0); /* Relu reads it */
    trial_clear(&trial);
    propagation_free(p);
    free(memory);
    stage_free(s);
}

static double larger_of(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : MAX(a, b);
}

/* Computes a record element by element. */
static struct change count_slowly(const float *golden, const float *faulty, size_t n)
{
    struct change change = { 0 };

    for (size_t i = n; i-- > 0;) {
        double old = (double)golden[i], new = (double)faulty[i], distance = old == new ? 0 : fabs(new - old);
        uint32_t a, b;

        memcpy(&a, &golden[i], sizeof(a));
        memcpy(&b, &faulty[i], sizeof(b));
        if (a == b)
            continue;
        change.changed++;
        change.one_bit += __builtin_popcount(a ^ b) == 1;
        change.first = i;
        change.bits = (unsigned)__builtin_popcount(a ^ b);
        change.largest = larger_of(change.largest, distance);
        change.largest_relative = larger_of(change.largest_relative, distance == 0 ? 0 : distance / fabs(old));
    }
    return change;
}

static gboolean same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Measuring vectors gives the same as measuring single elements, whatever they hold, in one piece or in two. */
static void vectors_are_measured_as_elements(void)
{
    static const float values[] = { 0.0f, -0.0f, 1.0f, -1.5f, 3e38f, 1e-40f, INFINITY, -INFINITY, NAN, 0.1f };
    struct random random = random_stream(3, 1);

    for (int round = 0; round < 20000; round++) {
        float golden[48], faulty[48];
        size_t n = 1 + random_below(&random, 40), half = random_below(&random, n + 1);
        size_t kinds = round % 2 ? G_N_ELEMENTS(values) : 5;
        struct pair pair = { ELEMENT_FLOAT, sizeof(float), n, (void *)golden, (void *)faulty };
        struct sums sums = { .first = SIZE_MAX };
        struct change fast = { 0 }, slow;

        for (size_t i = 0; i < n; i++) {
            golden[i] = faulty[i] = values[random_below(&random, kinds)];
            if (random_below(&random, 2))
                faulty[i] = values[random_below(&random, kinds)];
        }
        measure(&pair, half, n - half, &sums);
        measure(&pair, 0, half, &sums);
        measure_end(&pair, &sums, &fast);
        slow = count_slowly(golden, faulty, n);
        g_assert_cmpuint(fast.changed, ==, slow.changed);
        g_assert_cmpuint(fast.one_bit, ==, slow.one_bit);
        g_assert_cmpuint(fast.first, ==, slow.first);
        g_assert_cmpuint(fast.bits, ==, slow.bits);
        g_assert_true(same_number(fast.largest, slow.largest));
        g_assert_true(same_number(fast.largest_relative, slow.largest_relative));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/propagation/masked", a_fault_is_masked_where_the_bits_are_golden_again);
    g_test_add_func("/propagation/branches", a_fault_that_reaches_an_output_is_masked_nowhere);
    g_test_add_func("/propagation/measures", bits_and_ratios_are_measured);
    g_test_add_func("/propagation/boxes", an_element_of_two_boxes_counts_once);
    g_test_add_func("/propagation/elsewhere", tensors_that_no_layer_should_have_changed_are_seen);
    g_test_add_func("/propagation/vectors", vectors_are_measured_as_elements);
    return g_test_run();
}
