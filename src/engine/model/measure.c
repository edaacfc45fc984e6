#include "engine/model/measure.h"

#include <math.h>
#include <string.h>

/* Vectors of four elements; every 64-bit machine has vectors of at least half that size. */
typedef float floats __attribute__((vector_size(16), aligned(4)));
typedef int32_t words __attribute__((vector_size(16)));
typedef double doubles __attribute__((vector_size(32)));
typedef int64_t longs __attribute__((vector_size(32)));
#define LANES 4

/* The bits of a number without its sign: as integers they have the order of the numbers, with NaN as the largest. */
static uint64_t order(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof(bits));
    return bits & INT64_MAX;
}

static uint64_t larger(uint64_t bits, double number)
{
    return MAX(bits, order(number));
}

static double number_of(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof(number));
    return isnan(number) ? NAN : number;
}

static double deviation(double golden, double faulty)
{
    return golden == faulty ? 0 : fabs(faulty - golden);
}

static double ratio(double distance, double golden)
{
    return distance / (distance == 0 ? 1 : fabs(golden));
}

static double element_of(const struct pair *pair, const unsigned char *data, size_t i)
{
    const struct tensor tensor = { .type = pair->type, .data = (void *)data };

    return tensor_element_as_double(&tensor, i);
}

/* Strings are pointers, whose bits are not compared. */
static unsigned differing_bits(const struct pair *pair, size_t i)
{
    unsigned bits = 0;

    for (size_t o = i * pair->element; pair->type != ELEMENT_STRING && o < (i + 1) * pair->element; o++)
        bits += (unsigned)__builtin_popcount((unsigned)(pair->golden[o] ^ pair->faulty[o]));
    return bits;
}

static gboolean is_changed(const struct pair *pair, size_t i)
{
    return memcmp(pair->golden + i * pair->element, pair->faulty + i * pair->element, pair->element) != 0;
}

static void measure_any(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
    for (size_t i = begin; i < end; i++) {
        double golden = element_of(pair, pair->golden, i), faulty = element_of(pair, pair->faulty, i);
        double distance = deviation(golden, faulty);

        if (!is_changed(pair, i))
            continue;
        sums->first = MIN(sums->first, i);
        sums->changed++;
        sums->one_bit += differing_bits(pair, i) == 1;
        sums->largest = larger(sums->largest, distance);
        sums->largest_relative = larger(sums->largest_relative, ratio(distance, golden));
    }
}

static void load_float(const unsigned char *from, size_t i, uint32_t *bits, double *value)
{
    float number;

    memcpy(&number, from + i * sizeof(number), sizeof(number));
    memcpy(bits, &number, sizeof(number));
    *value = (double)number;
}

/* Numbers with equal bits are skipped, so equal infinities do not give NaN. */
static void measure_floats(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
    for (size_t i = begin; i < end; i++) {
        uint32_t golden_bits, faulty_bits, bits;
        double golden, faulty, distance;

        load_float(pair->golden, i, &golden_bits, &golden);
        load_float(pair->faulty, i, &faulty_bits, &faulty);
        bits = golden_bits ^ faulty_bits;
        if (bits == 0)
            continue;
        distance = fabs(faulty - golden);
        sums->first = MIN(sums->first, i);
        sums->changed++;
        sums->one_bit += (bits & (bits - 1)) == 0;
        sums->largest = larger(sums->largest, distance);
        sums->largest_relative = larger(sums->largest_relative, ratio(distance, golden));
    }
}

/* The larger of non-negative numbers, lane by lane; a NaN may be lost. */
#define LARGER(a, b) ((doubles)(((longs)(a) & ((a) > (b))) | ((longs)(b) & ~((a) > (b)))))

/* Sums and maxima of each lane. */
struct lanes {
    words changed, one_bit;
    doubles largest, largest_relative;
    longs nan, relative_nan;
};

/* Inlined into its callers, which clear the upper halves of vector registers, since these would slow down later code.
 */
static inline __attribute__((always_inline)) void add_lanes(struct sums *sums, const struct lanes *lanes)
{
    for (int l = 0; l < LANES; l++) {
        sums->changed += (uint32_t)lanes->changed[l];
        sums->one_bit += (uint32_t)lanes->one_bit[l];
        sums->largest = larger(sums->largest, lanes->nan[l] ? NAN : lanes->largest[l]);
        sums->largest_relative =
            larger(sums->largest_relative, lanes->relative_nan[l] ? NAN : lanes->largest_relative[l]);
    }
}

#define MEASURE_LANES measure_halves
#define MEASURE_TARGET
#include "engine/model/measure_lanes.h"

#ifdef __x86_64__
#define MEASURE_LANES measure_whole
#define MEASURE_TARGET __attribute__((target("avx2")))
#include "engine/model/measure_lanes.h"
#endif

/* The same result in a quarter less time on machines with vectors of this size. */
static void measure_vectors(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        measure_whole(pair, begin, end, sums);
        return;
    }
#endif
    measure_halves(pair, begin, end, sums);
}

void measure(const struct pair *pair, size_t first, size_t n, struct sums *sums)
{
    size_t end = first + n, vectors;

    if (pair->type != ELEMENT_FLOAT) {
        measure_any(pair, first, end, sums);
        return;
    }
    for (; first < end && sums->changed == 0; first++)
        measure_floats(pair, first, first + 1, sums);
    vectors = sums->first < first ? (end - first) / LANES * LANES : 0;
    if (vectors > 0)
        measure_vectors(pair, first, first + vectors, sums);
    measure_floats(pair, first + vectors, end, sums);
}

void measure_end(const struct pair *pair, const struct sums *sums, struct change *change)
{
    change->changed = sums->changed;
    if (sums->changed == 0)
        return;
    change->one_bit = sums->one_bit;
    change->first = sums->first;
    change->golden = element_of(pair, pair->golden, sums->first);
    change->faulty = element_of(pair, pair->faulty, sums->first);
    change->bits = differing_bits(pair, sums->first);
    change->largest = number_of(sums->largest);
    change->largest_relative = number_of(sums->largest_relative);
}
