#include "sum.h"

static int weight(int i)
{
    return i * 3 + 1;
}

long sum(int n)
{
    long total = 0;

    for (int i = 0; i < n; i++)
        total += weight(i);
    return total;
}
