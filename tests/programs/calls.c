/* Calls that software faults strike: files, memory, threads, a socket pair. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int shared_sum;

static int files(void)
{
    char text[64] = "";
    FILE *file = fopen("data.txt", "w");
    size_t n;

    if (!file || fwrite("hello world", 1, 11, file) != 11 || fclose(file))
        return 3;
    file = fopen("data.txt", "r");
    n = file ? fread(text + 1, 1, 10, file) : 0;
    text[0] = file ? (char)fgetc(file) : '?';
    if (file)
        fclose(file);
    printf("%zu %s\n", n, text);
    return 0;
}

static int memory(void)
{
    char *one = malloc(48), *other = calloc(48, 1);

    if (!one || !other)
        return 4;
    memset(one, 'x', 47);
    one[47] = '\0';
    memcpy(other, one, 48);
    memmove(other + 1, other, 20);
    printf("%s %d\n", other, memcmp(one, other, 48));
    free(one);
    free(other);
    return 0;
}

static void *work(void *n)
{
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&lock);
        shared_sum += *(int *)n;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static int threads(void)
{
    pthread_t one;
    int n = 1;

    if (pthread_create(&one, NULL, work, &n))
        return 5;
    pthread_join(one, NULL);
    printf("%d\n", shared_sum);
    return 0;
}

static int sockets(void)
{
    char text[64] = "";
    int ends[2];
    ssize_t sent, got;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return 6;
    sent = send(ends[0], "message", 7, 0);
    got = recv(ends[1], text, sizeof(text) - 1, 0);
    printf("%zd %zd %s\n", sent, got, text);
    return connect(ends[0], NULL, 0) ? 0 : 7;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "all";
    int status = 0;

    if (!strcmp(what, "files") || !strcmp(what, "all"))
        status |= files();
    if (!strcmp(what, "memory") || !strcmp(what, "all"))
        status |= memory();
    if (!strcmp(what, "threads") || !strcmp(what, "all"))
        status |= threads();
    if (!strcmp(what, "sockets") || !strcmp(what, "all"))
        status |= sockets();
    return status;
}
