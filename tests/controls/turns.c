/* One thread computes while the other waits for it. */
#include <pthread.h>
#include <stdio.h>

static void *work(void *result)
{
    long sum = 0;

    for (long i = 0; i < 30000; i++)
        sum += i % 11;
    *(long *)result = sum;
    return NULL;
}

int main(void)
{
    pthread_t thread;
    long result;

    pthread_create(&thread, NULL, work, &result);
    pthread_join(thread, NULL);
    printf("%ld\n", result);
    return 0;
}
