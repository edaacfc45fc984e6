/* Computes twice and compares: reports a difference to LLTFI, or ends with status 42. */
#include <stdio.h>

extern void lltfi_detected(void) __attribute__((weak));

static int work(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += i * i;
    return sum;
}

int main(int argc, char **argv)
{
    int one = work(50), other = work(50);

    (void)argv;
    if (one != other && argc > 1)
        return 42;
    if (one != other && lltfi_detected)
        lltfi_detected();
    printf("%d\n", one);
    return 0;
}
