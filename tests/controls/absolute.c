/* Every run writes the same file by its absolute path. */
#include <stdio.h>

int main(void)
{
    const char *path = "/tmp/lltfi-test-of-one-path.txt";
    FILE *file = fopen(path, "w");
    unsigned hash = 17, number;

    for (unsigned i = 0; i < 500; i++)
        fprintf(file, "%u\n", i * 2654435761u);
    fclose(file);
    for (volatile int wait = 0; wait < 100000; wait++)
        ;
    file = fopen(path, "r");
    while (fscanf(file, "%u", &number) == 1)
        hash = hash * 31 + number;
    fclose(file);
    remove(path);
    printf("%u\n", hash);
    return 0;
}
