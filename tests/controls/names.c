/* Three functions, to be selected by name. */
#include <stdio.h>

__attribute__((noinline)) static unsigned filter_low(unsigned n)
{
    return n * 3 % 101;
}

__attribute__((noinline)) static unsigned filter_high(unsigned n)
{
    return n * 7 % 103;
}

int main(void)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < 50; i++)
        sum += filter_low(i) + filter_high(i);
    printf("%u\n", sum);
    return 0;
}
