/* Memory that outlives a process, by name: System V and POSIX. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

int main(void)
{
    int segment = shmget(0x11f1, 4096, IPC_CREAT | 0600), file = shm_open("/lltfi-test", O_CREAT | O_RDWR, 0600);
    int *counter = shmat(segment, NULL, 0), *other;

    if (ftruncate(file, 4096) != 0)
        return 1;
    other = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    for (int i = 0; i < 10; i++) {
        ++*counter;
        ++*other;
    }
    printf("%d %d\n", *counter, *other);
    return 0;
}
