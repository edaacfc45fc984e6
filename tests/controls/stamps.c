/* Prints how long it took beside its result. */
#include <stdio.h>
#include <time.h>

int main(void)
{
    struct timespec begin, end;
    unsigned sum = 1;

    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (unsigned i = 1; i < 300; i++)
        sum = sum * 31 + i;
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("sum %u\n", sum);
    printf("took %ld ns\n", (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec);
    return 0;
}
