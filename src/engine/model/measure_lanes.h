/*
 * Measures elements in vectors, which takes nearly all of the time: a multiple of LANES elements, with the same result
 * as one by one, except the number of the first change. No include guard: it is included once for each kind of machine.
 */
MEASURE_TARGET static void MEASURE_LANES(const struct pair *pair, size_t begin, size_t end, struct sums *sums)
{
    struct lanes lanes = { 0 };

    for (size_t i = begin; i < end; i += LANES) {
        floats before = *(const floats *)(const void *)(pair->golden + i * sizeof(float));
        floats after = *(const floats *)(const void *)(pair->faulty + i * sizeof(float));
        words bits = (words)before ^ (words)after, differ = bits != 0;
        doubles golden = __builtin_convertvector(before, doubles), faulty = __builtin_convertvector(after, doubles);
        doubles distance = (doubles)((longs)(faulty - golden) & __builtin_convertvector(differ, longs) & INT64_MAX);
        doubles relative = distance / (doubles)((longs)golden & INT64_MAX);

        relative = (doubles)((longs)relative & ~(distance == 0)); /* also 0 / 0 */
        lanes.changed -= differ;
        lanes.one_bit -= ((bits & (bits - 1)) == 0) & differ;
        lanes.nan |= distance != distance;
        lanes.relative_nan |= relative != relative;
        lanes.largest = LARGER(distance, lanes.largest);
        lanes.largest_relative = LARGER(relative, lanes.largest_relative);
    }
    add_lanes(sums, &lanes);
}

#undef MEASURE_LANES
#undef MEASURE_TARGET
