/* Its result goes to standard error only. */
#include <stdio.h>

int main(void)
{
    unsigned sum = 3;

    for (unsigned i = 0; i < 100; i++)
        sum = sum * 33 + i;
    fprintf(stderr, "result %u\n", sum);
    return 0;
}
