/* Recursive functions that are called only here: one that calls itself, pairs, through a third, and left by a jump. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf back;

static int odd(unsigned n);

static int even(unsigned n)
{
    return n == 0 ? 1 : odd(n - 1);
}

static int odd(unsigned n)
{
    return n == 0 ? 0 : even(n - 1);
}

static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static int leaf(int x)
{
    return x * 5 + 1;
}

static int hail(int n, int (*way)(int))
{
    int sum = 0;

    while (n > 1) {
        if (n % 2 == 0) {
            n /= 2;
        } else if (n % 3 == 0) {
            sum += hail(n / 3, way);
            n = n * 3 + 1;
        } else {
            n = n * 3 + 1;
        }
        sum += leaf(n) % 3 + way(n);
    }
    return sum;
}

static void fall(int depth)
{
    if (depth == 0)
        longjmp(back, 1);
    fall(depth - 1);
    puts("never");
}

static int never(int x)
{
    return x > 0 ? never(x - 1) : leaf(x);
}

static int chosen(int x)
{
    return leaf(x) & 3;
}

static void finish(int sum)
{
    for (;;)
        if (leaf(sum++) % 100 == 1) {
            printf("%d\n", sum);
            exit(7);
        }
}

int main(int argc, char **argv)
{
    int sum = argc > 20 ? never(argc) : 0;

    (void)argv;
    for (unsigned n = 0; n < 20; n++)
        sum += even(n) + 2 * odd(n + 1);
    sum += (int)ackermann(2, 3);
    for (int n = 1; n < 40; n++)
        sum += hail(n, n % 2 ? chosen : abs);
    if (setjmp(back) == 0)
        fall(9);
    finish(sum + chosen(sum));
}
