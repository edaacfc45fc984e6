/* Reads a file, writes another. */
#include <stdio.h>

int main(int argc, char **argv)
{
    FILE *in = fopen(argc > 1 ? argv[1] : "missing", "r"), *out;
    int c, lines = 0, sum = 0;

    if (!in) {
        fprintf(stderr, "no input\n");
        return 2;
    }
    while ((c = fgetc(in)) != EOF) {
        lines += c == '\n';
        sum = (sum * 31 + c) % 65521;
    }
    fclose(in);
    remove(argv[1]);
    out = fopen("result.txt", "w");
    fprintf(out, "%d lines, %d\n", lines, sum);
    fclose(out);
    return 0;
}
