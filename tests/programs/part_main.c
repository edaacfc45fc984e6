/* With part_other.c: two translation units. */
#include <stdio.h>

int other(int n);

int main(void)
{
    printf("%d\n", other(6) + other(7));
    return 0;
}
