/* Integers, sorted through a callback of the C library. */
#include <stdio.h>
#include <stdlib.h>
static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
static unsigned state = 1;
static int draw(void) { state = state * 1103515245u + 12345u; return (int)(state >> 16) % 1000; }
int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 20, v[100];
    for (int i = 0; i < n; i++) v[i] = draw();
    qsort(v, (size_t)n, sizeof(int), compare);
    for (int i = 0; i < n; i++) printf("%d ", v[i]);
    printf("\n");
    return 0;
}
