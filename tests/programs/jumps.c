/* setjmp and longjmp over frames, a computed goto, a switch. */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf place;

static int dig(int depth)
{
    if (depth == 0)
        longjmp(place, 3);
    return dig(depth - 1) + 1;
}

static int interpret(const char *code)
{
    static void *const labels[] = { &&add, &&twice, &&end };
    int value = 1;

    goto *labels[*code++ - '0'];
add:
    value += 5;
    goto *labels[*code++ - '0'];
twice:
    value *= 2;
    goto *labels[*code++ - '0'];
end:
    return value;
}

static int choose(int n)
{
    switch (n % 5) {
    case 0:
        return 7;
    case 1:
    case 4:
        return n * 2;
    case 3:
        return interpret("0112");
    default:
        return -n;
    }
}

int main(void)
{
    volatile int rounds = 0;
    int sum = 0;

    if (setjmp(place) != 0)
        printf("jumped\n");
    if (rounds++ < 3)
        sum += dig(rounds);
    for (int i = 0; i < 12; i++)
        sum += choose(i);
    printf("%d %d\n", sum, rounds);
    return 0;
}
