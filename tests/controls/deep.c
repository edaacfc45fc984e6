/* Leaves folders behind that are nested deeper than a path may be long, without rights. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
    char name[180];
    struct stat status;
    int found = stat("nest", &status) == 0, sum = 0;

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    mkdir("nest", 0755);
    if (chdir("nest") != 0)
        return 1;
    for (int depth = 0; depth < 50 && mkdir(name, 0755) == 0 && chdir(name) == 0; depth++)
        sum += depth;
    chmod(".", 0);
    printf("%d %d\n", found, sum);
    return 0;
}
