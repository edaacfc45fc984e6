/* The random numbers: published vectors, independence of order, uniformity. */
#include "base/random.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>

/* Known answers that the authors of Philox publish with their implementation. */
static const struct {
    uint32_t counter[4], key[2], block[4];
} known_answers[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void philox_gives_the_published_blocks(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_answers); i++) {
        uint32_t block[4];

        random_philox(known_answers[i].counter, known_answers[i].key, block);
        g_assert_cmpmem(block, sizeof(block), known_answers[i].block, sizeof(block));
    }
}

static void a_stream_is_the_blocks_of_its_trial_in_order(void)
{
    const uint64_t seed = 0x299f31d0a4093822, trial = 0x0370734413198a2e;
    struct random random = random_stream(seed, trial);

    random.block = 0x85a308d3243f6a88;
    g_assert_cmphex(random_next(&random), ==, 0x94fdccebd16cfe09);
    g_assert_cmphex(random_next(&random), ==, 0x24126ea15001e420);
    g_assert_cmphex(random.block, ==, 0x85a308d3243f6a89);
}

static void trials_and_seeds_give_different_streams_and_the_same_give_the_same(void)
{
    struct random a = random_stream(1, 17), b = random_stream(1, 17), c = random_stream(1, 18),
                  d = random_stream(2, 17);

    for (int i = 0; i < 100; i++) {
        uint64_t x = random_next(&a);

        g_assert_cmphex(x, ==, random_next(&b));
        g_assert_cmphex(x, !=, random_next(&c));
        g_assert_cmphex(x, !=, random_next(&d));
    }
}

static void below_one_is_zero_and_a_power_of_two_takes_low_bits(void)
{
    struct random a = random_stream(3, 0), b = random_stream(3, 0);

    g_assert_cmpuint(random_below(&a, 1), ==, 0);
    random_next(&b);
    g_assert_cmpuint(random_below(&a, 64), ==, random_next(&b) % 64);
    for (int i = 0; i < 1000; i++)
        g_assert_cmpuint(random_below(&a, UINT64_MAX), <, UINT64_MAX);
}

/* Chance of counts at least as uneven as these if every cell is equally likely. */
static double chi_square_tail(const uint64_t *counts, size_t cells, uint64_t total)
{
    const double expected = (double)total / (double)cells;
    double sum = 0;

    for (size_t i = 0; i < cells; i++)
        sum += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    return gsl_cdf_chisq_Q(sum, (double)(cells - 1));
}

static void numbers_below_n_are_uniform(void)
{
    const uint64_t sizes[] = { 2, 3, 10, 31, 32, 1000 };
    const uint64_t draws = 200000;

    for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
        g_autofree uint64_t *counts = g_new0(uint64_t, sizes[s]);
        struct random random = random_stream(42, s);

        for (uint64_t i = 0; i < draws; i++)
            counts[random_below(&random, sizes[s])]++;
        g_assert_cmpfloat(chi_square_tail(counts, sizes[s], draws), >, 1e-4);
    }
}

static void first_numbers_of_successive_trials_are_uniform(void)
{
    const uint64_t draws = 200000;
    uint64_t counts[97] = { 0 };

    for (uint64_t trial = 0; trial < draws; trial++) {
        struct random random = random_stream(1, trial);

        counts[random_below(&random, G_N_ELEMENTS(counts))]++;
    }
    g_assert_cmpfloat(chi_square_tail(counts, G_N_ELEMENTS(counts), draws), >, 1e-4);
}

/* With n just over 2^63 a plain remainder would take the lower half twice as often. */
static void large_n_is_not_biased_to_low_numbers(void)
{
    const uint64_t n = (UINT64_C(1) << 63) + (UINT64_C(1) << 61), draws = 100000;
    struct random random = random_stream(7, 7);
    uint64_t counts[5] = { 0 };

    for (uint64_t i = 0; i < draws; i++)
        counts[random_below(&random, n) / (n / 5)]++;
    g_assert_cmpfloat(chi_square_tail(counts, 5, draws), >, 1e-4);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/random/philox-gives-the-published-blocks", philox_gives_the_published_blocks);
    g_test_add_func("/random/a-stream-is-the-blocks-of-its-trial-in-order",
                    a_stream_is_the_blocks_of_its_trial_in_order);
    g_test_add_func("/random/streams-differ-by-trial-and-seed-only",
                    trials_and_seeds_give_different_streams_and_the_same_give_the_same);
    g_test_add_func("/random/below-one-is-zero", below_one_is_zero_and_a_power_of_two_takes_low_bits);
    g_test_add_func("/random/numbers-below-n-are-uniform", numbers_below_n_are_uniform);
    g_test_add_func("/random/first-numbers-of-trials-are-uniform", first_numbers_of_successive_trials_are_uniform);
    g_test_add_func("/random/large-n-is-not-biased", large_n_is_not_biased_to_low_numbers);
    return g_test_run();
}
