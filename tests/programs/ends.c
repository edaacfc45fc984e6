/* Ends in the middle of a call, in the way that its argument names. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int depth(int n, const char *how)
{
    if (n > 0)
        return depth(n - 1, how) + n;
    fflush(stdout);
    if (strcmp(how, "exit") == 0)
        exit(3);
    if (strcmp(how, "_exit") == 0)
        _exit(4);
    if (strcmp(how, "quick_exit") == 0)
        quick_exit(5);
    if (strcmp(how, "abort") == 0)
        abort();
    if (strcmp(how, "signal") == 0)
        raise(SIGTERM);
    return 0;
}

int main(int argc, char **argv)
{
    int sum = 0;

    for (int i = 0; i < 10; i++)
        sum += i * argc;
    printf("before %d\n", sum);
    printf("after %d\n", depth(5, argc > 1 ? argv[1] : ""));
    return 0;
}
