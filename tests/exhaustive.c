/*
 * Exhaustive campaigns and open-ended ones: exhaustive LENET.onnx
 *
 * The counts of an exhaustive campaign are the sums over all of its faults run one by one in children, whatever the
 * number of jobs and however often it was stopped; sampled intervals hold its rate as often as they say.
 */
#include "stage.h"

#include "campaign/until.h"
#include "engine/exhaustive/exhaustive.h"
#include "engine/model/forked.h"
#include "report/report.h"

#include <math.h>
#include <string.h>

static const char *model;

/* A stage of some layers, with its units. */
struct ground {
    struct stage *s;
    struct units *units;
    struct bins *bins;
    GArray *done;
    guint most; /* units after which the campaign is stopped, 0: never */
    gint stop;
};

static struct ground *ground_new(const char *layers, const char *bits, gboolean every_register)
{
    struct ground *g = g_new0(struct ground, 1);
    GError *error = NULL;

    g->s = stage_new(model);
    g->s->campaign->exhaustive = TRUE;
    layer_patterns_parse(layers, g->s->campaign->selection.layers, &error);
    g_assert_no_error(error);
    if (bits)
        bits_parse(bits, g->s->campaign->bits, &error);
    g_assert_no_error(error);
    if (every_register) {
        ((struct instruction_selection *)g->s->campaign->selection.entries->pdata[0])->include_all = TRUE;
        g->s->campaign->selection.registers = REGISTER_ALL;
    }
    stage_start(g->s, 1000);
    model_subject_compile(g->s->subject, FALSE, &error);
    g_assert_no_error(error);
    g->units = units_new(g->s->subject);
    g->bins = bins_new();
    g->done = ranges_new();
    return g;
}

static void ground_free(struct ground *g)
{
    units_free(g->units);
    bins_free(g->bins);
    g_array_unref(g->done);
    stage_free(g->s);
    g_free(g);
}

static gboolean keep(uint64_t unit, const struct bin *bins, size_t n, gpointer data, GError **error G_GNUC_UNUSED)
{
    struct ground *g = data;

    g_assert_false(ranges_contain(g->done, unit));
    ranges_add(g->done, unit);
    for (size_t i = 0; i < n; i++)
        bins_add(g->bins, &bins[i]);
    if (g->most > 0 && --g->most == 0)
        g->stop = 1;
    return TRUE;
}

static void sweep(struct ground *g, int jobs)
{
    struct exhaustive exhaustive = {
        .units = g->units, .jobs = jobs, .done = g->done, .stop = &g->stop, .sink = keep, .data = g
    };
    GError *error = NULL;

    exhaustive_run(&exhaustive, &error);
    g_assert_no_error(error);
}

static gint by_key(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, offsetof(struct bin, n));
}

static void assert_same_bins(const struct bins *a, const struct bins *b)
{
    size_t n, m;
    const struct bin *one = bins_list(a, &n), *other = bins_list(b, &m);
    g_autofree struct bin *left = g_memdup2(one, n * sizeof(*one)), *right = g_memdup2(other, m * sizeof(*other));

    qsort(left, n, sizeof(*left), by_key);
    qsort(right, m, sizeof(*right), by_key);
    g_assert_cmpmem(left, n * sizeof(*left), right, m * sizeof(*right));
}

static uint64_t count_faults(const struct bins *bins, enum bin_table table, uint32_t outcome)
{
    size_t n;
    const struct bin *list = bins_list(bins, &n);
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += list[i].table == table && (outcome == G_MAXUINT32 || list[i].outcome == outcome) ? list[i].n : 0;
    return sum;
}

static void plan_fault(const struct ground *g, int layer, uint64_t offset, enum fault_type type, int reg, int bit,
                       struct planned *planned)
{
    *planned = (struct planned){ .layer = layer, .countdown = offset };
    planned->cycle = g->s->golden->before[layer - 1] + offset + 1;
    planned->runtime.type = type;
    planned->runtime.num_bits = 1;
    planned->runtime.reg_index = reg;
    planned->runtime.bit = bit;
    planned->runtime.every_site = -1;
    planned->runtime.n_faults = 1;
}

static void fork_one(const struct ground *g, const struct planned *planned, struct trial *trial)
{
    GError *error = NULL;

    *trial = (struct trial){ .layer = planned->layer };
    forked_trial(&(struct model_runner){ .subject = g->s->subject }, planned, trial, NULL, &error);
    g_assert_no_error(error);
}

/* The site that is executed at this offset of a layer. */
static int find_site(const struct ground *g, int layer, uint64_t offset)
{
    struct planned planned;
    struct trial trial;
    int site;

    plan_fault(g, layer, offset, FAULT_NONE, 0, 0, &planned);
    fork_one(g, &planned, &trial);
    g_assert_cmpint(trial.n_injections, ==, 1);
    site = (int)trial.injections[0].site;
    trial_clear(&trial);
    return site;
}

static void count_one(const struct ground *g, int site, int reg, unsigned bit, int64_t grain, const struct trial *trial,
                      struct bins *bins)
{
    const struct site *struck = &g_array_index(g->s->machine->sites, struct site, site);
    struct bin bin = { .outcome = (uint32_t)trial->outcome, .n = 1 };
    const struct bin rows[] = {
        { BIN_BIT, bin.outcome, trial->sdc, 0, { site, reg, bit }, 1 },
        { BIN_ELEMENT, bin.outcome, 0, 0, { trial->layer, grain, 0 }, 1 },
        { BIN_INPUT, bin.outcome, 0, 0, { 0, trial->golden_right, trial->faulty_right }, 1 },
    };

    for (size_t r = 0; r < G_N_ELEMENTS(rows); r++) {
        bin = rows[r];
        bin.faults = site_faults(struck, g->s->campaign->bits);
        bins_add(bins, &bin);
    }
}

static void fork_instruction(const struct ground *g, int layer, uint64_t offset, struct bins *bins)
{
    int number = find_site(g, layer, offset);
    const struct site *site = &g_array_index(g->s->machine->sites, struct site, number);
    const struct grains *grains = g->s->golden->grains[layer - 1];
    int64_t grain = -1;
    uint64_t ignored;

    if (grains && !grains_find(grains, offset, &grain, &ignored))
        grain = -1;
    for (int r = 0; r < site->n_registers; r++) {
        for (unsigned bit = 0; bit < site->registers[r].width; bit++) {
            struct planned planned;
            struct trial trial;

            if (!bits_contain(g->s->campaign->bits, bit))
                continue;
            plan_fault(g, layer, offset, FAULT_BITFLIP, r, (int)bit, &planned);
            fork_one(g, &planned, &trial);
            count_one(g, number, r, bit, grain, &trial, bins);
            trial_clear(&trial);
        }
    }
}

/* Runs the same faults one by one, each in its own child. */
static struct bins *fork_all(const struct ground *g)
{
    struct bins *bins = bins_new();

    for (guint l = 1; l <= g->s->c->model->layers->len; l++)
        for (uint64_t offset = 0; offset < g->s->golden->selected[l - 1]; offset++)
            fork_instruction(g, (int)l, offset, bins);
    return bins;
}

static void check_sum(const char *layers, const char *bits, gboolean every_register)
{
    struct ground *g = ground_new(layers, bits, every_register);
    struct bins *one_by_one = fork_all(g);

    sweep(g, 2);
    assert_same_bins(g->bins, one_by_one);
    for (enum bin_table table = 0; table < BIN_TABLES; table++)
        g_assert_cmpuint(count_faults(g->bins, table, G_MAXUINT32), ==, g->units->population.faults);
    g_assert_cmpuint(ranges_count(g->done), ==, g->units->n);
    bins_free(one_by_one);
    ground_free(g);
}

static void the_sum_of_all_single_trials(void)
{
    check_sum("Gemm:3", "30", FALSE);
}

/* The sites include addresses and loop counters: most faults need a child. */
static void the_same_where_faults_do_harm(void)
{
    check_sum("Softmax:1", "1,31", TRUE);
}

static void jobs_and_stops_change_nothing(void)
{
    struct ground *whole = ground_new("Gemm:2,Tanh:4", NULL, FALSE);

    sweep(whole, 1);
    g_assert_cmpuint(whole->units->n, >, 8);
    for (int jobs = 1; jobs <= 3; jobs += 2) {
        struct ground *g = ground_new("Gemm:2,Tanh:4", NULL, FALSE);

        for (int stops = 0; stops < 3; stops++) {
            g->most = 2;
            g->stop = 0;
            sweep(g, jobs);
        }
        g_assert_cmpuint(ranges_count(g->done), <, g->units->n);
        g->stop = 0;
        sweep(g, jobs);
        assert_same_bins(g->bins, whole->bins);
        g_assert_cmpuint(g->done->len, ==, 1);
        ground_free(g);
    }
    ground_free(whole);
}

static void what_is_left_out_is_counted(void)
{
    struct ground *g = ground_new("Softmax:1", "3", TRUE);
    uint64_t others = g->units->population.faults - g->units->population.contained;

    g->s->campaign->contained_only = TRUE;
    sweep(g, 2);
    g_assert_cmpuint(others, >, 0);
    g_assert_cmpuint(count_faults(g->bins, BIN_BIT, BIN_LEFT_OUT), >=, others);
    g_assert_cmpuint(count_faults(g->bins, BIN_BIT, G_MAXUINT32), ==, g->units->population.faults);
    ground_free(g);
}

/* The rate that a sampled campaign estimates: all executions have the same weight. */
static double true_rate(const struct bins *bins)
{
    size_t n;
    const struct bin *list = bins_list(bins, &n);
    double all = 0, sdc = 0;

    for (size_t i = 0; i < n; i++) {
        double weight = (double)list[i].n / list[i].faults;

        all += list[i].table == BIN_BIT ? weight : 0;
        sdc += list[i].table == BIN_BIT && list[i].outcome == OUTCOME_SDC ? weight : 0;
    }
    return sdc / all;
}

/* The sites have registers of different widths, and different numbers of registers. */
#define SAMPLES 200
#define SAMPLE 500

static void intervals_hold_the_true_rate(void)
{
    struct ground *g = ground_new("Gemm:3,Tanh:4,Softmax:1", NULL, FALSE);
    g_autoptr(GArray) trials = NULL;
    double rate;
    int hits = 0;

    g->s->campaign->outcome.sdc = SDC_CONFIDENCE_10;
    g->s->plan.trials = SAMPLES * SAMPLE;
    sweep(g, 2);
    rate = true_rate(g->bins);
    trials = stage_run(g->s, 2, FALSE);
    for (guint k = 0; k < SAMPLES; k++) {
        uint64_t sdc = 0;
        struct interval interval;

        for (guint i = 0; i < SAMPLE; i++)
            sdc += g_array_index(trials, struct trial, k * SAMPLE + i).outcome == OUTCOME_SDC;
        interval = interval_wilson(sdc, SAMPLE, 0.95);
        hits += interval.low <= rate && rate <= interval.high;
    }
    g_test_message("true rate %g, in %d of %d intervals", rate, hits, SAMPLES);
    g_assert_cmpfloat(rate, >, 0.001);
    g_assert_cmpint(hits, >=, (int)(0.90 * SAMPLES));
    ground_free(g);
}

/* Outcomes of 1 in 20, in two layers of which the second is rare. */
static void feed(struct until *until, uint64_t number)
{
    uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15u >> 33;

    until_add(until, number, mixed % 10 == 0 ? 2 : 1, mixed / 10 % 20 == 0 ? OUTCOME_SDC : OUTCOME_BENIGN);
}

static uint64_t stop_of(double error, const gboolean *layers, uint64_t shuffle)
{
    g_autoptr(until_t) until = until_new(error, layers, 2);
    uint64_t trials;

    for (uint64_t block = 0; !until_reached(until, &trials); block += shuffle)
        for (uint64_t i = shuffle; i-- > 0;)
            feed(until, block + i);
    return trials;
}

static void the_order_of_trials_does_not_decide(void)
{
    static const gboolean both[] = { FALSE, TRUE, TRUE };
    uint64_t all = stop_of(0.01, NULL, 1), layers = stop_of(0.01, both, 1);

    g_assert_cmpuint(stop_of(0.01, NULL, 7), ==, all);
    g_assert_cmpuint(stop_of(0.01, NULL, 5000), ==, all);
    g_assert_cmpuint(stop_of(0.01, both, 900), ==, layers);
    g_assert_cmpuint(layers, >, 5 * all);
    g_assert_cmpuint(all, <, sample_size(G_MAXUINT64, 0.01));
}

static void it_stops_at_the_first_check_that_knows(void)
{
    uint64_t trials = stop_of(0.01, NULL, 1), sdc = 0, check = 0;

    for (uint64_t k = 0, next = until_next_check(0); k < trials; k++) {
        struct interval interval;
        uint64_t mixed = (k + 1) * 0x9e3779b97f4a7c15u >> 33;

        sdc += mixed / 10 % 20 == 0;
        if (k + 1 < next)
            continue;
        check = next;
        next = until_next_check(next);
        interval = interval_wilson(sdc, check, 0.95);
        g_assert_true(((interval.high - interval.low) / 2 <= 0.01) == (check == trials));
    }
    g_assert_cmpuint(check, ==, trials);
}

/* By hand: n = N / (1 + e^2 (N - 1) / (1.96^2 / 4)). */
static void sample_sizes(void)
{
    g_assert_cmpuint(sample_size(0, 0.01), ==, 0);
    g_assert_cmpuint(sample_size(1, 0.01), ==, 1);
    g_assert_cmpuint(sample_size(1000, 0.05), ==, 278);
    g_assert_cmpuint(sample_size(1000000, 0.05), ==, 384);
    g_assert_cmpuint(sample_size(54080, 0.01), ==, 8156);
    g_assert_cmpuint(sample_size(1000000000000, 0.01), ==, 9604);
    g_assert_cmpuint(sample_size(1000000000000, 0.005), ==, 38415);
}

/* linear3 of LeNet: 10 outputs of 84 products, 84 sums and a bias each; 32 bits of their results, or two. */
static void the_population(void)
{
    struct ground *all = ground_new("Gemm:3", NULL, FALSE), *two = ground_new("Gemm:3", "0,31", FALSE);

    g_assert_cmpuint(all->units->population.faults, ==, 10 * (84 + 84 + 1) * 32);
    g_assert_cmpuint(all->units->population.contained, ==, all->units->population.faults);
    g_assert_cmpuint(two->units->population.faults, ==, 10 * (84 + 84 + 1) * 2);
    ground_free(all);
    ground_free(two);
}

static void ranges_merge(void)
{
    static const uint64_t numbers[] = { 5, 3, 4, 9, 0, 1, 2, 7, 8, 6, 6 };
    g_autoptr(GArray) ranges = ranges_new();

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_assert_cmpint(ranges_contain(ranges, numbers[i]), ==, i == 10);
        ranges_add(ranges, numbers[i]);
        g_assert_true(ranges_contain(ranges, numbers[i]));
    }
    g_assert_cmpuint(ranges->len, ==, 1);
    g_assert_cmpuint(ranges_count(ranges), ==, 10);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(argc, ==, 2);
    model = argv[1];
    g_test_add_func("/exhaustive/ranges", ranges_merge);
    g_test_add_func("/exhaustive/sample-size", sample_sizes);
    g_test_add_func("/exhaustive/population", the_population);
    g_test_add_func("/exhaustive/sum", the_sum_of_all_single_trials);
    g_test_add_func("/exhaustive/harm", the_same_where_faults_do_harm);
    g_test_add_func("/exhaustive/jobs", jobs_and_stops_change_nothing);
    g_test_add_func("/exhaustive/left-out", what_is_left_out_is_counted);
    g_test_add_func("/exhaustive/intervals", intervals_hold_the_true_rate);
    g_test_add_func("/until/order", the_order_of_trials_does_not_decide);
    g_test_add_func("/until/first", it_stops_at_the_first_check_that_knows);
    return g_test_run();
}
