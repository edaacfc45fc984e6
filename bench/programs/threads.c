/* Threads that each compute a part of a sum, in a loop of calls. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 2

static int scale = 1;
static unsigned long results[THREADS];

static unsigned mix(unsigned x)
{
    x ^= x >> 15;
    x *= 0x2c1b3c6du;
    x ^= x >> 12;
    return x;
}

static void *work(void *data)
{
    unsigned long which = (unsigned long)data, sum = 0;

    for (unsigned i = 0; i < (unsigned)scale * 200000u; i++)
        if (mix(i) % THREADS == which || i % 5 == 0)
            sum += mix(i + 1) & 1023;
    results[which] = sum;
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];

    scale = argc > 1 ? atoi(argv[1]) : 1;
    for (unsigned long t = 0; t < THREADS; t++)
        pthread_create(&threads[t], NULL, work, (void *)t);
    for (int t = 0; t < THREADS; t++)
        pthread_join(threads[t], NULL);
    printf("%lu %lu\n", results[0], results[1]);
    return 0;
}
