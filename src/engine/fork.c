#include "engine/fork.h"

#include "base/file.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

pid_t fork_undisturbed(void)
{
    static const int requests[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    sigset_t blocked, before;
    pid_t pid;

    sigemptyset(&blocked);
    for (size_t i = 0; i < G_N_ELEMENTS(requests); i++)
        sigaddset(&blocked, requests[i]);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    pid = fork();
    if (pid != 0)
        sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

void write_to_parent(int pipe, const void *data, size_t size)
{
    if (!file_write_all(pipe, data, size))
        _exit(EXIT_FAILURE);
}
