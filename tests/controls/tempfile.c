/* Writes a file outside of its folder, computes, and reads it back. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int sum_of(FILE *file)
{
    int value, sum = 0;

    while (fscanf(file, "%d", &value) == 1)
        sum += value;
    return sum;
}

int main(void)
{
    char name[] = "/var/tmp/series-XXXXXX";
    int file = mkstemp(name), seen = 0;
    FILE *out = fdopen(file, "w"), *in;

    for (int i = 0; i < 40; i++)
        fprintf(out, "%d\n", i * i);
    fclose(out);
    for (int i = 0; i < 200; i++)
        seen += i % 3;
    in = fopen(name, "a+");
    fprintf(in, "%d\n", seen);
    rewind(in);
    printf("%d\n", sum_of(in));
    fclose(in);
    unlink(name);
    return 0;
}
