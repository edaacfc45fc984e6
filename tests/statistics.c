/* Intervals of proportions against published values and against their definition. */
#include "base/difference.h"
#include "base/paired.h"
#include "base/random.h"
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

/* Fisher's tea tasting (The Design of Experiments, 1935) and convictions of twins (as in R's fisher.test); the others
 * were summed in rational arithmetic. */
static void fishers_examples(void)
{
    g_assert_cmpfloat_with_epsilon(difference_fisher(3, 4, 1, 4), 17.0 / 35, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(2, 17, 10, 13), 0.0005367, 5e-8);
    g_assert_cmpfloat_with_epsilon(difference_fisher(1, 12, 9, 12), 0.0027594561852200836, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(0, 2000, 7, 2000), 0.015543050853051667, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(3, 20000, 12, 1000000), 0.0028738823556167348, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(12, 1000000, 3, 20000), 0.0028738823556167348, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(0, 10, 0, 30), 1, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_fisher(10, 10, 30, 30), 1, 1e-12);
}

/* 45 and 30 of 100: pooled 0.375, standard error 0.068465, z = 2.1909. */
static void two_proportions_by_hand(void)
{
    g_assert_cmpfloat_with_epsilon(difference_z(45, 100, 30, 100), 0.02845973691631057, 1e-12);
    g_assert_cmpfloat_with_epsilon(difference_z(41, 216, 64, 180), 0.00019884531036261385, 1e-12);
    g_assert_cmpfloat(difference_z(0, 10, 0, 30), ==, 1);
}

static void small_counts_are_tested_exactly(void)
{
    g_assert_cmpint(difference_of(3, 4, 1, 4).test, ==, TEST_FISHER);
    g_assert_cmpint(difference_of(9, 100, 0, 100).test, ==, TEST_FISHER);
    g_assert_cmpint(difference_of(10, 100, 0, 100).test, ==, TEST_Z);
    g_assert_cmpint(difference_of(91, 100, 100, 100).test, ==, TEST_FISHER);
    g_assert_cmpint(difference_of(0, 0, 5, 10).test, ==, TEST_NONE);
}

/* Both tests give nearly the same result where counts are large. */
static void the_tests_agree_on_large_counts(void)
{
    g_assert_cmpfloat_with_epsilon(difference_z(5100, 100000, 5300, 100000),
                                   difference_fisher(5100, 100000, 5300, 100000), 0.002);
}

static void holms_adjustment(void)
{
    struct difference d[] = { { TEST_Z, 0.01, 0 }, { TEST_Z, 0.04, 0 },  { TEST_NONE, NAN, NAN },
                              { TEST_Z, 0.03, 0 }, { TEST_Z, 0.005, 0 }, { TEST_FISHER, 1, 0 } };
    const double expected[] = { 0.04, 0.09, NAN, 0.09, 0.025, 1 };
    struct difference *all[G_N_ELEMENTS(d)];

    for (size_t i = 0; i < G_N_ELEMENTS(d); i++)
        all[i] = &d[i];
    difference_adjust(all, G_N_ELEMENTS(d));
    for (size_t i = 0; i < G_N_ELEMENTS(d); i++)
        if (d[i].test == TEST_NONE)
            g_assert_true(isnan(d[i].adjusted));
        else
            g_assert_cmpfloat_with_epsilon(d[i].adjusted, expected[i], 1e-12);
}

static void differences_are_said_in_words(void)
{
    const struct {
        struct difference difference;
        const char *text;
    } cases[] = {
        { { TEST_Z, 0.001, 0.003 }, "different (p = 0.003)" },
        { { TEST_Z, 0.041, 0.41 }, "no difference seen (p = 0.41)" },
        { { TEST_FISHER, 1e-9, 1e-8 }, "different (p < 0.0001)" },
        { { TEST_NONE, NAN, NAN }, "-" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = difference_text(&cases[i].difference);

        g_assert_cmpstr(text, ==, cases[i].text);
    }
}

/* The binomial distribution's tail by hand: of 20 discordant pairs 5 or fewer on one side. */
static void mcnemar_is_a_binomial_test(void)
{
    double tail = 0;

    for (unsigned k = 0; k <= 5; k++)
        tail += gsl_cdf_binomial_P(k, 0.5, 20) - (k > 0 ? gsl_cdf_binomial_P(k - 1, 0.5, 20) : 0);
    g_assert_cmpfloat_with_epsilon(paired_mcnemar(&(struct paired){ 100, 15, 5, 1000 }), 2 * tail, 1e-12);
    g_assert_cmpfloat_with_epsilon(paired_mcnemar(&(struct paired){ 100, 5, 15, 1000 }), 2 * tail, 1e-12);
    g_assert_cmpfloat(paired_mcnemar(&(struct paired){ 7, 0, 0, 9 }), ==, 1);
}

/* A trial has an event on the first side, and if so, or without, one on the second. */
static void draw_pair(struct random *random, struct paired *pairs)
{
    gboolean first = random_below(random, 1000) < 40;
    gboolean second = random_below(random, 1000) < (first ? 150 : 1);

    *(first ? second ? &pairs->both : &pairs->only_first : second ? &pairs->only_second : &pairs->neither) += 1;
}

static void intervals_of_paired_ratios_cover_the_ratio(void)
{
    const double ratio = (0.04 * 0.15 + 0.96 * 0.001) / 0.04;
    struct random random = random_stream(1, 1);
    int covered = 0, samples = 2000;

    for (int s = 0; s < samples; s++) {
        struct paired pairs = { 0 };
        struct interval interval;

        for (int t = 0; t < 2000; t++)
            draw_pair(&random, &pairs);
        interval = paired_ratio(&pairs);
        covered += interval.low <= ratio && ratio <= interval.high;
    }
    g_assert_cmpfloat((double)covered / samples, >, 0.93);
    g_assert_cmpfloat((double)covered / samples, <, 0.985);
}

static void ratios_without_events_have_ends(void)
{
    struct interval none = paired_ratio(&(struct paired){ 0, 100, 0, 900 });
    struct interval apart = independent_ratio(100, 1000, 0, 1000);

    g_assert_cmpfloat(none.low, ==, 0);
    g_assert_cmpfloat(none.high, >, 0.01);
    g_assert_cmpfloat(none.high, <, 0.06);
    g_assert_cmpfloat(apart.low, ==, 0);
    g_assert_cmpfloat(apart.high, <, 0.1);
    g_assert_true(isinf(paired_ratio(&(struct paired){ 0, 0, 5, 5 }).high));
    g_assert_true(isinf(independent_ratio(0, 10, 5, 10).high));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/statistics/newcombes-examples", newcombes_examples);
    g_test_add_func("/statistics/zero-events-have-the-bound-in-closed-form", zero_events_have_the_bound_in_closed_form);
    g_test_add_func("/statistics/exact-ends-invert-the-binomial-tails", exact_ends_invert_the_binomial_tails);
    g_test_add_func("/statistics/wilson-ends-are-z-standard-errors-away", wilson_ends_are_z_standard_errors_away);
    g_test_add_func("/statistics/no-trials-say-nothing", no_trials_say_nothing);
    g_test_add_func("/statistics/fishers-examples", fishers_examples);
    g_test_add_func("/statistics/two-proportions-by-hand", two_proportions_by_hand);
    g_test_add_func("/statistics/small-counts-are-tested-exactly", small_counts_are_tested_exactly);
    g_test_add_func("/statistics/the-tests-agree-on-large-counts", the_tests_agree_on_large_counts);
    g_test_add_func("/statistics/holms-adjustment", holms_adjustment);
    g_test_add_func("/statistics/mcnemar-is-a-binomial-test", mcnemar_is_a_binomial_test);
    g_test_add_func("/statistics/intervals-of-paired-ratios-cover-the-ratio",
                    intervals_of_paired_ratios_cover_the_ratio);
    g_test_add_func("/statistics/ratios-without-events-have-ends", ratios_without_events_have_ends);
    g_test_add_func("/statistics/differences-are-said-in-words", differences_are_said_in_words);
    return g_test_run();
}
