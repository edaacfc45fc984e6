/* The factorial of its argument, as LLFI's own first example computes it. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 6;
    int product = 1;

    for (int i = 1; i <= n; i++)
        product *= i;
    printf("%d\n", product);
    return 0;
}
