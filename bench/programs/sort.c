/* Sorting: by the C library with a callback, by quicksort and by a heap. */
#include <stdio.h>
#include <stdlib.h>

#define N 2000

static int compare(const void *a, const void *b)
{
    int left = *(const int *)a, right = *(const int *)b;

    return left < right ? -1 : left > right;
}

static void quicksort(int *from, int *to)
{
    while (to - from > 1) {
        int middle = from[(to - from) / 2], *low = from, *high = to - 1;

        while (low <= high) {
            while (*low < middle)
                low++;
            while (*high > middle)
                high--;
            if (low <= high) {
                int kept = *low;

                *low++ = *high;
                *high-- = kept;
            }
        }
        quicksort(from, high + 1);
        from = low;
    }
}

static void sink(int *heap, int root, int n)
{
    int child;

    while ((child = 2 * root + 1) < n) {
        int kept = heap[root];

        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[root] >= heap[child])
            return;
        heap[root] = heap[child];
        heap[child] = kept;
        root = child;
    }
}

static void heapsort_numbers(int *numbers, int n)
{
    for (int root = n / 2; root-- > 0;)
        sink(numbers, root, n);
    while (--n > 0) {
        int kept = numbers[0];

        numbers[0] = numbers[n];
        numbers[n] = kept;
        sink(numbers, 0, n);
    }
}

int main(int argc, char **argv)
{
    int scale = argc > 1 ? atoi(argv[1]) : 1, a[N], b[N], c[N];
    unsigned state = 7, sum = 0;

    for (int s = 0; s < scale * 10; s++) {
        for (int i = 0; i < N; i++) {
            state = state * 1103515245u + 12345u;
            a[i] = b[i] = c[i] = (int)(state >> 9);
        }
        qsort(a, N, sizeof(*a), compare);
        quicksort(b, b + N);
        heapsort_numbers(c, N);
        sum += (unsigned)(a[s % N] ^ b[N / 2] ^ c[N - 1]);
    }
    printf("%u\n", sum);
    return 0;
}
