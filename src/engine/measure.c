#include "engine/measure.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Vectors as all 64-bit machines have them. */
typedef float floats __attribute__((vector_size(16), aligned(4)));
typedef int32_t words __attribute__((vector_size(16)));
typedef double doubles __attribute__((vector_size(16)));
typedef int64_t longs __attribute__((vector_size(16)));

/* What rounding can do to a quotient is far less. */
#define BELOW 0.999999

/* The bits of a number without its sign: they are ordered as such numbers are, with NaN as the largest. */
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

static void add_relative(struct sums *sums, double relative)
{
    uint64_t before = sums->largest_relative;

    sums->largest_relative = larger(before, relative);
    if (sums->largest_relative > before && !isnan(relative))
        sums->bound = relative * BELOW;
}

static double element_of(const struct pair *pair, const unsigned char *data, size_t i)
{
    const struct tensor tensor = { .type = pair->type, .data = (void *)data };

    return tensor_element_as_double(&tensor, i);
}

/* Texts are pointers: their bits mean nothing. */
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
        add_relative(sums, ratio(distance, golden));
    }
}

static void load_float(const unsigned char *from, size_t i, uint32_t *bits, double *value)
{
    float number;

    memcpy(&number, from + i * sizeof(number), sizeof(number));
    memcpy(bits, &number, sizeof(number));
    *value = (double)number;
}

/* Infinities that differ in bits are not equal: no deviation of equal numbers is NaN. Most relative deviations are seen
 * to be no larger than the largest one without a division. */
static void measure_floats(const struct pair *pair, size_t begin, size_t end, struct sums *all)
{
    struct sums sums = *all;

    for (size_t i = begin; i < end; i++) {
        uint32_t golden_bits, faulty_bits, bits;
        uint64_t changed, distance_bits;
        double golden, faulty, distance;

        load_float(pair->golden, i, &golden_bits, &golden);
        load_float(pair->faulty, i, &faulty_bits, &faulty);
        bits = golden_bits ^ faulty_bits;
        changed = bits != 0;
        distance_bits = order(faulty - golden) & -changed;
        memcpy(&distance, &distance_bits, sizeof(distance));
        sums.first = MIN(sums.first, i | (changed - 1));
        sums.changed += changed;
        sums.one_bit += changed & ((bits & (bits - 1)) == 0);
        sums.largest = MAX(sums.largest, distance_bits);
        if (!(distance <= sums.bound * fabs(golden)) && !(sums.bound == INFINITY && distance < INFINITY))
            add_relative(&sums, ratio(distance, golden));
    }
    *all = sums;
}

/* Two of four numbers. */
#define HALF(four, h) __builtin_convertvector(__builtin_shufflevector(four, four, 2 * (h), 2 * (h) + 1), doubles)

/*
 * Nearly all of the time goes here: hence vectors. As above, for elements `begin` to `end` - 1, a multiple of four, but
 * for relative deviations larger than the bound: FALSE, and nothing is added, where there is one, or NaN.
 */
static gboolean measure_fours(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
    const gboolean is_open = sums->bound < INFINITY; /* else only NaN is larger, of infinite deviations */
    const double limit = is_open ? sums->bound : DBL_MAX;
    const longs sizes = { is_open ? INT64_MAX : 0, is_open ? INT64_MAX : 0 };
    const doubles bound = { limit, limit }, unit = { !is_open, !is_open };
    words changed = { 0 }, one_bit = { 0 };
    doubles largest = { 0 };
    longs above = { 0 };

    for (size_t i = begin; i < end; i += 4) {
        floats golden = *(const floats *)(const void *)(pair->golden + i * sizeof(float));
        floats faulty = *(const floats *)(const void *)(pair->faulty + i * sizeof(float));
        words bits = (words)golden ^ (words)faulty, differ = bits != 0;
        words masks[2] = { __builtin_shufflevector(differ, differ, 0, 0, 1, 1),
                           __builtin_shufflevector(differ, differ, 2, 2, 3, 3) };
        doubles halves[2][2] = { { HALF(golden, 0), HALF(faulty, 0) }, { HALF(golden, 1), HALF(faulty, 1) } };

        changed -= differ;
        one_bit -= ((bits & (bits - 1)) == 0) & differ;
        for (int h = 0; h < 2; h++) {
            longs distance = (longs)(halves[h][1] - halves[h][0]) & (longs)masks[h] & INT64_MAX;
            doubles size = (doubles)(((longs)halves[h][0] & sizes) | (longs)unit);
            longs more = (doubles)distance > largest;

            above |= ~((doubles)distance <= bound * size) & (longs)masks[h];
            largest = (doubles)((distance & more) | ((longs)largest & ~more));
        }
    }
    if (above[0] | above[1])
        return FALSE;
    for (int l = 0; l < 4; l++) {
        sums->changed += (uint32_t)changed[l];
        sums->one_bit += (uint32_t)one_bit[l];
    }
    sums->largest = larger(larger(sums->largest, largest[0]), largest[1]);
    return TRUE;
}

/* So many elements are looked at again, one by one, where one of them has a large relative deviation. */
#define STRETCH 64

static void measure_stretch(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
    size_t fours = (end - begin) / 4 * 4;

    /* The first change, of which the number is needed, is found one by one. */
    if (sums->first < begin && measure_fours(pair, begin, begin + fours, sums))
        begin += fours;
    measure_floats(pair, begin, end, sums);
}

void measure(const struct pair *pair, size_t first, size_t n, struct sums *sums)
{
    size_t end = first + n;

    if (pair->type != ELEMENT_FLOAT) {
        measure_any(pair, first, end, sums);
        return;
    }
    for (; first < end; first += STRETCH)
        measure_stretch(pair, first, MIN(first + STRETCH, end), sums);
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
