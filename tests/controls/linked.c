/* Could start a thread, and does not. */
#include <pthread.h>
#include <stdio.h>

static void *work(void *nothing)
{
    return nothing;
}

int main(int argc, char **argv)
{
    unsigned sum = 0;
    pthread_t thread;

    (void)argv;
    if (argc > 1 && pthread_create(&thread, NULL, work, NULL) == 0)
        pthread_join(thread, NULL);
    for (unsigned i = 0; i < 2000; i++)
        sum = sum * 3 + i;
    printf("%u\n", sum);
    return 0;
}
