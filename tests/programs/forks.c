/* A child computes as well, and its parent waits for it. Another child outlives the parent. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int work(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++)
        sum += i ^ n;
    return sum;
}

int main(void)
{
    int status, mine;
    pid_t child = fork();

    if (child == 0)
        _exit(work(40) & 63);
    mine = work(10);
    waitpid(child, &status, 0);
    if (fork() == 0) {
        setsid();
        sleep(100);
        _exit(0);
    }
    printf("%d %d\n", mine, WEXITSTATUS(status));
    return 0;
}
