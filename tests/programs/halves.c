/* Reads half of its standard input and of a file, writes, computes, reads the rest, and adds to what it wrote. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int take(int file, int bytes)
{
    char c;
    int sum = 0;

    while (bytes-- > 0 && read(file, &c, 1) == 1)
        sum = (sum * 31 + c) % 65521;
    return sum;
}

static int compute(int seed)
{
    int table[16], sum = 0;

    for (int i = 0; i < 16; i++)
        table[i] = (seed + i * 7) % 13;
    for (int i = 0; i < 16; i++)
        sum += table[i] * i;
    return sum;
}

static void put(const char *mode, int value)
{
    FILE *file = fopen("halves.txt", mode);

    fprintf(file, "%d\n", value);
    fclose(file);
}

int main(int argc, char **argv)
{
    int file = open(argc > 1 ? argv[1] : "words.txt", O_RDONLY), sum;

#ifdef SLOW
    usleep(200000);
#endif
    sum = take(0, 6) + take(file, 10);
    put("w", sum);
    printf("first %d\n", sum);
    fflush(stdout);
    fprintf(stderr, "half\n");
    sum += compute(sum);
    printf("kept ");
#ifdef WRITING
    FILE *open = fopen("open.txt", "w");
    sum += compute(sum) + fprintf(open, "%d\n", sum);
    fclose(open);
#endif
    sum += take(0, 100) + take(file, 100);
    put("a", sum);
    printf("second %d\n", sum);
    return 0;
}
