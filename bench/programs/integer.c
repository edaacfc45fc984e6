/* Integer arithmetic: Collatz sequences and a sieve. */
#include <stdio.h>
#include <stdlib.h>

static unsigned char composite[1 << 16];

static unsigned longest(unsigned limit)
{
    unsigned most = 0;

    for (unsigned n = 1; n < limit; n++) {
        unsigned long long x = n;
        unsigned steps = 0;

        while (x != 1) {
            x = x & 1 ? 3 * x + 1 : x / 2;
            steps++;
        }
        most = steps > most ? steps : most;
    }
    return most;
}

static unsigned primes(void)
{
    unsigned count = 0;

    for (unsigned n = 0; n < sizeof(composite); n++)
        composite[n] = n < 2;
    for (unsigned n = 2; n < sizeof(composite); n++) {
        if (composite[n])
            continue;
        count++;
        for (unsigned m = 2 * n; m < sizeof(composite); m += n)
            composite[m] = 1;
    }
    return count;
}

int main(int argc, char **argv)
{
    unsigned scale = argc > 1 ? (unsigned)atoi(argv[1]) : 1, count = 0;

    for (unsigned i = 0; i < scale; i++)
        count += primes();
    printf("%u %u\n", longest(scale * 2000), count);
    return 0;
}
