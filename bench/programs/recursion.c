/* Mostly calls: Fibonacci, queens on a board, Ackermann. */
#include <stdio.h>
#include <stdlib.h>

static unsigned fibonacci(unsigned n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static unsigned queens(unsigned n, unsigned row, unsigned columns, unsigned up, unsigned down)
{
    unsigned count = 0;

    if (row == n)
        return 1;
    for (unsigned c = 0; c < n; c++) {
        unsigned bit = 1u << c;

        if (!(columns & bit) && !(up & bit) && !(down & bit))
            count += queens(n, row + 1, columns | bit, (up | bit) << 1, (down | bit) >> 1);
    }
    return count;
}

static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1;
    unsigned sum = 0;

    for (int i = 0; i < scale; i++)
        sum += fibonacci(20 + (unsigned)i % 8) + queens(6 + (unsigned)i % 3, 0, 0, 0, 0) +
               ackermann(2, 90 + (unsigned)i % 20);
    printf("%u\n", sum);
    return 0;
}
