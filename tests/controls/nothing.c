/* main returns nothing: what is in the register of the exit status differs between instrumented forms. */
#include <stdio.h>

static int sum(int n)
{
    int total = 0;

    for (int i = 0; i < n; i++)
        total += i * i % 7;
    return total;
}

void main(void)
{
    printf("%d\n", sum(40));
}
