#include "base/difference.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Below this expected count the normal distribution is not a good approximation (Cochran). */
#define LEAST_EXPECTED 5

/* Tables whose probabilities differ by less than this share count as equally likely: the difference is rounding. */
#define ROUNDING 1e-7

const char *const difference_test_names[] = { [TEST_NONE] = "", [TEST_Z] = "z", [TEST_FISHER] = "Fisher" };

double difference_z(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b)
{
    double a = (double)n_a, b = (double)n_b;
    double pooled = (double)(events_a + events_b) / (a + b);
    double error = sqrt(pooled * (1 - pooled) * (1 / a + 1 / b));

    if (error == 0)
        return 1;
    return 2 * gsl_cdf_ugaussian_Q(fabs((double)events_a / a - (double)events_b / b) / error);
}

/* Tables with the margins of the observed one: k of the events are on the first side. */
struct margins {
    uint64_t events, n_a, n_b;
};

/* How much more likely k + 1 is than k. */
static double step(const struct margins *m, uint64_t k)
{
    return (double)(m->n_a - k) * (double)(m->events - k) /
           ((double)(k + 1) * ((double)m->n_b - (double)m->events + (double)k + 1));
}

/* The probability of k divided by that of the likeliest k, `mode`. */
static double weight(const struct margins *m, uint64_t mode, uint64_t k)
{
    double weight = 1;

    for (uint64_t i = mode; i < k; i++)
        weight *= step(m, i);
    for (uint64_t i = mode; i > k; i--)
        weight /= step(m, i - 1);
    return weight;
}

/* The share of all tables that are not more likely than the observed one. */
double difference_fisher(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b)
{
    struct margins m = { events_a + events_b, n_a, n_b };
    uint64_t first = m.events > n_b ? m.events - n_b : 0, last = MIN(m.events, n_a);
    double middle = ((double)m.events + 1) * ((double)n_a + 1) / ((double)n_a + (double)n_b + 2);
    uint64_t mode = CLAMP((uint64_t)middle, first, last);
    double most = weight(&m, mode, events_a) * (1 + ROUNDING), chance = 1, all = 0, tail = 0;

    for (uint64_t k = mode; k <= last; chance *= step(&m, k++)) {
        all += chance;
        tail += chance <= most ? chance : 0;
    }
    chance = 1;
    for (uint64_t k = mode; k-- > first;) {
        chance /= step(&m, k);
        all += chance;
        tail += chance <= most ? chance : 0;
    }
    return tail / all;
}

/* The smallest of the four expected counts. */
static double least_expected(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b)
{
    double events = (double)(events_a + events_b), n = (double)n_a + (double)n_b;

    return fmin(events, n - events) * (double)MIN(n_a, n_b) / n;
}

struct difference difference_of(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b)
{
    struct difference difference = { TEST_NONE, NAN, NAN };

    if (n_a == 0 || n_b == 0)
        return difference;
    difference.test = least_expected(events_a, n_a, events_b, n_b) < LEAST_EXPECTED ? TEST_FISHER : TEST_Z;
    difference.p = difference.test == TEST_Z ? difference_z(events_a, n_a, events_b, n_b)
                                             : difference_fisher(events_a, n_a, events_b, n_b);
    difference.adjusted = difference.p;
    return difference;
}

/* By p; differences that were not tested come last. */
static int compare_chances(const void *a, const void *b)
{
    const struct difference *one = *(struct difference *const *)a, *other = *(struct difference *const *)b;

    if (one->test == TEST_NONE || other->test == TEST_NONE)
        return (one->test == TEST_NONE) - (other->test == TEST_NONE);
    return (one->p > other->p) - (one->p < other->p);
}

void difference_adjust(struct difference **differences, guint n)
{
    guint tested = 0;
    double least = 0;

    for (guint i = 0; i < n; i++)
        tested += differences[i]->test != TEST_NONE;
    qsort(differences, n, sizeof(struct difference *), compare_chances);
    for (guint i = 0; i < tested; i++)
        differences[i]->adjusted = least = fmax(least, fmin(1, differences[i]->p * (tested - i)));
}

char *difference_text(const struct difference *difference)
{
    gboolean differs = difference->adjusted < DIFFERENCE_LEVEL;
    const char *verdict = differs ? "different" : "no difference seen";

    if (difference->test == TEST_NONE)
        return g_strdup("-");
    if (difference->adjusted < 0.0001)
        return g_strdup_printf("%s (p < 0.0001)", verdict);
    return g_strdup_printf("%s (p = %.2g)", verdict, difference->adjusted);
}
