/* Threads that share work. */
#include <pthread.h>
#include <stdio.h>

static long results[4];

static void *work(void *data)
{
    long k = (long)data, sum = 0;

    for (long i = 0; i < 500; i++)
        sum += i % (k + 2);
    results[k] = sum;
    return NULL;
}

int main(void)
{
    pthread_t threads[4];

    for (long k = 0; k < 4; k++)
        pthread_create(&threads[k], NULL, work, (void *)k);
    for (int k = 0; k < 4; k++)
        pthread_join(threads[k], NULL);
    printf("%ld %ld %ld %ld\n", results[0], results[1], results[2], results[3]);
    return 0;
}
