/* Ends every process that it may signal, its parent as well, and a child of its own; says what it could. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int status = 0, sum = 0;
    pid_t child = fork();

    if (child == 0)
        for (;;)
            pause();
    for (int i = 0; i < 100; i++)
        sum += i & 5;
    kill(getppid(), SIGKILL);
    kill(-1, SIGKILL);
    waitpid(child, &status, 0);
    printf("%d %d\n", sum, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 0;
}
