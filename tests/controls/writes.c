/* Its result goes to files only, one of them in a folder of its own making. */
#include <stdio.h>
#include <sys/stat.h>

int main(void)
{
    unsigned sum = 5;
    FILE *file;

    mkdir("results", 0755);
    for (unsigned i = 0; i < 100; i++)
        sum = sum * 37 + i;
    file = fopen("results/sum.txt", "w");
    fprintf(file, "%u\n", sum);
    fclose(file);
    file = fopen("log", "w");
    fputs("done\n", file);
    fclose(file);
    return 0;
}
