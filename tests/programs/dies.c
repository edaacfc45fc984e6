/* Ends by a signal in the middle of a loop, or jumps out of one from a handler. */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int numbers[64];

static int divide(int limit)
{
    volatile int zero = 20;
    int sum = 0;

    for (int i = 0; i < limit; i++) {
        if (i % 3 == 0)
            sum += numbers[i % 64] + i;
        sum += 1000 / (zero - i);
    }
    return sum;
}

#ifdef HANDLER
static sigjmp_buf place;

static void handler(int number)
{
    siglongjmp(place, number);
}
#endif

int main(void)
{
    int sum = 0;

    for (int i = 0; i < 64; i++)
        numbers[i] = i;
#ifdef HANDLER
    signal(SIGFPE, handler);
    if (sigsetjmp(place, 1) == 0)
        sum = divide(40);
#else
    sum = divide(10);
    printf("%d\n", sum);
    fflush(stdout);
    sum += divide(40);
#endif
    printf("%d\n", sum);
    return 0;
}
