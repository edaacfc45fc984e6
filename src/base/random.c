#include "base/random.h"

#define ROUNDS 10

/* Multipliers and key increments (golden ratio, sqrt(3) - 1) of the 4x32 variant. */
#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4])
{
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < ROUNDS; round++) {
        uint64_t p = (uint64_t)MULTIPLIER_0 * a;
        uint64_t q = (uint64_t)MULTIPLIER_1 * c;

        a = (uint32_t)(q >> 32) ^ b ^ k0;
        b = (uint32_t)q;
        c = (uint32_t)(p >> 32) ^ d ^ k1;
        d = (uint32_t)p;
        k0 += WEYL_0;
        k1 += WEYL_1;
    }
    block[0] = a;
    block[1] = b;
    block[2] = c;
    block[3] = d;
}

struct random random_stream(uint64_t seed, uint64_t trial)
{
    return (struct random){ .seed = seed, .trial = trial };
}

uint64_t random_next(struct random *random)
{
    const uint32_t key[2] = { (uint32_t)random->seed, (uint32_t)(random->seed >> 32) };
    const uint32_t counter[4] = { (uint32_t)random->block, (uint32_t)(random->block >> 32), (uint32_t)random->trial,
                                  (uint32_t)(random->trial >> 32) };
    uint32_t block[4];

    if (random->has_spare) {
        random->has_spare = 0;
        return random->spare;
    }
    random_philox(counter, key, block);
    random->block++;
    random->spare = (uint64_t)block[3] << 32 | block[2];
    random->has_spare = 1;
    return (uint64_t)block[1] << 32 | block[0];
}

uint64_t random_below(struct random *random, uint64_t n)
{
    uint64_t x = random_next(random);

    /* The lowest 2^64 mod n numbers are rejected, so that the others are a multiple of n. All of them are below n: the
     * test of x < n saves most divisions. */
    while (x < n && x < (0 - n) % n)
        x = random_next(random);
    return x % n;
}
