/* Prints where it is and what it is called with. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char folder[4096];
    unsigned length = 0;

    for (const char *c = getcwd(folder, sizeof(folder)); *c; c++)
        length = length * 7 + (unsigned char)*c;
    printf("%s %u %d %s\n", folder, length, argc, argv[0]);
    return 0;
}
