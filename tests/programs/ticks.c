/* A timer's handler computes while the program does. */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

static volatile unsigned ticks, sum;

static unsigned mix(unsigned x)
{
    for (unsigned i = 0; i < 50; i++)
        x = x * 31 + i;
    return x;
}

static void tick(int number)
{
    (void)number;
    sum ^= mix(++ticks);
}

int main(void)
{
    const struct itimerval often = { { 0, 50 }, { 0, 50 } }, never = { { 0, 0 }, { 0, 0 } };
    unsigned x = 1;

    signal(SIGALRM, tick);
    setitimer(ITIMER_REAL, &often, NULL);
    while (ticks < 50)
        ;
    for (unsigned i = 0; i < 300000; i++)
        x = i % 1000 ? x * 5 + i % 3 : mix(x);
    setitimer(ITIMER_REAL, &never, NULL);
    printf("%u\n", x);
    return 0;
}
