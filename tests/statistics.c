/* Intervals of proportions against published values and against their definition. */
#include "report/report.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static void assert_interval(struct interval interval, double low, double high, double precision)
{
    g_assert_cmpfloat_with_epsilon(interval.low, low, precision);
    g_assert_cmpfloat_with_epsilon(interval.high, high, precision);
}

/* Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I. */
static void newcombes_examples(void)
{
    assert_interval(interval_wilson(81, 263, 0.95), 0.2553, 0.3662, 5e-5);
    assert_interval(interval_wilson(15, 148, 0.95), 0.0624, 0.1605, 5e-5);
    assert_interval(interval_wilson(0, 20, 0.95), 0, 0.1611, 5e-5);
    assert_interval(interval_wilson(1, 29, 0.95), 0.0061, 0.1718, 5e-5);
    assert_interval(interval_exact(81, 263, 0.95), 0.2527, 0.3676, 5e-5);
    assert_interval(interval_exact(15, 148, 0.95), 0.0578, 0.1617, 5e-5);
    assert_interval(interval_exact(0, 20, 0.95), 0, 0.1684, 5e-5);
    assert_interval(interval_exact(1, 29, 0.95), 0.0009, 0.1776, 5e-5);
}

static void zero_events_have_the_bound_in_closed_form(void)
{
    const uint64_t sizes[] = { 1, 10, 2000, 1000000 };

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        double n = (double)sizes[i], z = gsl_cdf_ugaussian_Pinv(0.975);

        assert_interval(interval_wilson(0, sizes[i], 0.95), 0, z * z / (n + z * z), 1e-12);
        assert_interval(interval_exact(0, sizes[i], 0.95), 0, -expm1(log(0.025) / n), 1e-9);
        assert_interval(interval_wilson(sizes[i], sizes[i], 0.95), n / (n + z * z), 1, 1e-12);
        assert_interval(interval_exact(sizes[i], sizes[i], 0.95), exp(log(0.025) / n), 1, 1e-9);
    }
}

/* At the ends of the exact interval the observed count or a more extreme one has a chance of 2.5 %. */
static void exact_ends_invert_the_binomial_tails(void)
{
    const struct {
        unsigned events, n;
    } cases[] = { { 1, 2 },          { 5, 10 },      { 247, 2000 },      { 3, 100000 },
                  { 99990, 100000 }, { 1, 1000000 }, { 500000, 1000000 } };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct interval interval = interval_exact(cases[i].events, cases[i].n, 0.95);

        g_assert_cmpfloat_with_epsilon(gsl_cdf_binomial_Q(cases[i].events - 1, interval.low, cases[i].n), 0.025, 1e-6);
        g_assert_cmpfloat_with_epsilon(gsl_cdf_binomial_P(cases[i].events, interval.high, cases[i].n), 0.025, 1e-6);
    }
}

/* At the ends of Wilson's interval the observed share is z standard errors away. */
static void wilson_ends_are_z_standard_errors_away(void)
{
    for (uint64_t events = 1; events < 200; events += 7) {
        struct interval interval = interval_wilson(events, 200, 0.99);
        double p = (double)events / 200, z = gsl_cdf_ugaussian_Pinv(0.995);

        g_assert_cmpfloat_with_epsilon((p - interval.low) / sqrt(interval.low * (1 - interval.low) / 200), z, 1e-9);
        g_assert_cmpfloat_with_epsilon((interval.high - p) / sqrt(interval.high * (1 - interval.high) / 200), z, 1e-9);
    }
}

static void no_trials_say_nothing(void)
{
    assert_interval(interval_wilson(0, 0, 0.95), 0, 1, 1e-15);
    assert_interval(interval_exact(0, 0, 0.95), 0, 1, 1e-15);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/statistics/newcombes-examples", newcombes_examples);
    g_test_add_func("/statistics/zero-events-have-the-bound-in-closed-form", zero_events_have_the_bound_in_closed_form);
    g_test_add_func("/statistics/exact-ends-invert-the-binomial-tails", exact_ends_invert_the_binomial_tails);
    g_test_add_func("/statistics/wilson-ends-are-z-standard-errors-away", wilson_ends_are_z_standard_errors_away);
    g_test_add_func("/statistics/no-trials-say-nothing", no_trials_say_nothing);
    return g_test_run();
}
