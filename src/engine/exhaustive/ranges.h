/* A set of numbers as ascending ranges, which is small if nearly all numbers up to some limit are in it. */
#ifndef LLTFI_ENGINE_EXHAUSTIVE_RANGES_H
#define LLTFI_ENGINE_EXHAUSTIVE_RANGES_H

#include <glib.h>
#include <stdint.h>

struct range {
    uint64_t first, last;
};

/* An empty set: a GArray of struct range, which do not touch each other. */
GArray *ranges_new(void);
gboolean ranges_contain(const GArray *ranges, uint64_t number);
void ranges_add(GArray *ranges, uint64_t number);
uint64_t ranges_count(const GArray *ranges);

#endif
