/* Whether two proportions differ: tests of a table of two rows. */
#ifndef LLTFI_BASE_DIFFERENCE_H
#define LLTFI_BASE_DIFFERENCE_H

#include <glib.h>
#include <stdint.h>

/* A difference is reported as one if its adjusted p is below this. */
#define DIFFERENCE_LEVEL 0.05

enum difference_test {
    TEST_NONE,  /* one side has no trials: nothing can be said */
    TEST_Z,     /* two-proportion z-test, pooled, two-sided */
    TEST_FISHER /* Fisher's exact test, two-sided: where some expected count is below 5 */
};

extern const char *const difference_test_names[]; /* "", "z", "Fisher" */

struct difference {
    enum difference_test test;
    double p;        /* the chance of a difference as large or larger if both rates are equal */
    double adjusted; /* after Holm, across the differences of one table; until then p */
};

/* `events` of `n` on each side. */
struct difference difference_of(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b);

/* The two tests themselves. */
double difference_z(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b);
double difference_fisher(uint64_t events_a, uint64_t n_a, uint64_t events_b, uint64_t n_b);

/* Holm, "A simple sequentially rejective multiple test procedure" (Scandinavian Journal of Statistics, 1979): fills
 * `adjusted` of those that were tested. */
void difference_adjust(struct difference **differences, guint n);

/* "different (p = 0.003)", "no difference seen (p = 0.41)", "-". The caller frees. */
char *difference_text(const struct difference *difference);

#endif
