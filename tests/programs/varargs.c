/* Variable arguments, 80-bit floats, 128-bit integers, bit fields, vectors, atomics. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

typedef float four __attribute__((vector_size(16)));

struct bits {
    unsigned a : 3, b : 7, c : 1;
};

static long double total(int n, ...)
{
    long double sum = 0;
    va_list list;

    va_start(list, n);
    for (int i = 0; i < n; i++)
        sum += i % 2 ? va_arg(list, double) : (double)va_arg(list, int);
    va_end(list);
    return sum / 3.0L;
}

static unsigned long long high(unsigned long long a, unsigned long long b)
{
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}

int main(void)
{
    _Atomic int counter = 0;
    four v = { 1, 2, 3, 4 }, w = v * v + 1;
    struct bits bits = { 5, 100, 1 };
    _Bool odd = 0;

    for (int i = 0; i < 5; i++) {
        atomic_fetch_add(&counter, i);
        odd ^= i & 1;
        bits.b += (unsigned)i;
    }
    printf("%.15Lf %llu\n", total(4, 1, 2.5, 3, 4.25), high(~0ull, 12345678901234567ull));
    printf("%g %g %d %d %u\n", (double)w[1], (double)w[3], (int)counter, odd, bits.a + bits.b + bits.c);
    return 0;
}
