/*
 * Random numbers that are a pure function of (seed, trial, position): Philox 4x32-10, the counter-based generator of
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC'11). No state is shared, so trials
 * can be drawn in any order, on any machine. Free of GLib: instrumented programs link it too.
 */
#ifndef LLTFI_BASE_RANDOM_H
#define LLTFI_BASE_RANDOM_H

#include <stdint.h>

/* The numbers of one trial, in order. */
struct random {
    uint64_t seed;  /* the cipher's key */
    uint64_t trial; /* upper half of its counter */
    uint64_t block; /* lower half: the next block of 128 bits */
    uint64_t spare; /* second half of the last block */
    uint32_t has_spare;
};

/* The stream of trial `trial` under `seed`, from its beginning. */
struct random random_stream(uint64_t seed, uint64_t trial);

/* The next 64 random bits. */
uint64_t random_next(struct random *random);

/* A number in 0..n-1, every one exactly as likely; n >= 1. */
uint64_t random_below(struct random *random, uint64_t n);

/* One block of the generator itself: ten rounds of Philox 4x32 on `counter` under `key`. */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4]);

#endif
