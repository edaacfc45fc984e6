/* Leaves a process in a session of its own, which would go on for minutes. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    unsigned sum = 0;

    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            execl("/bin/sleep", "sleep", "431", (char *)NULL);
            _exit(1);
        }
        _exit(0);
    }
    for (unsigned i = 0; i < 300; i++)
        sum += i * 3;
    printf("%u\n", sum);
    return 0;
}
