/* More threads at once than there are stripes at first, many threads one after the other that end in all possible ways,
 * and a child process: each thread calls triple() ROUNDS times, which has the program's only multiplication. With an
 * argument it can't open files, not even those that pthread_exit() needs. */
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CREW 40
#define LATER 30
#define ROUNDS 100

static pthread_barrier_t all_here;
static pthread_key_t last_words;
static int sums[CREW];
static int closed;

static int triple(int x)
{
    return x * 3;
}

static int work(void)
{
    int sum = 0;

    for (int i = 0; i < ROUNDS; i++)
        sum += triple(i) % 7;
    return sum;
}

/* Runs when its thread has nearly ended. */
static void say(void *sum)
{
    *(int *)sum += work();
}

static void *together(void *sum)
{
    pthread_barrier_wait(&all_here);
    *(int *)sum = work();
    pthread_barrier_wait(&all_here);
    pthread_setspecific(last_words, sum);
    if (!closed && (int *)sum - sums < CREW / 2)
        pthread_exit(NULL);
    return NULL;
}

/* Instructions of the child are not counted. */
static void *alone(void *sum)
{
    pid_t child = fork();

    if (child == 0)
        _exit(work() % 2);
    waitpid(child, NULL, 0);
    *(int *)sum += work();
    return NULL;
}

int main(int argc, char **argv)
{
    const struct rlimit few = { 3, 3 };
    pthread_t threads[CREW];
    int total = 0;

    (void)argv;
    closed = argc > 1;
    if (closed)
        setrlimit(RLIMIT_NOFILE, &few);
    pthread_key_create(&last_words, say);
    pthread_barrier_init(&all_here, NULL, CREW);
    for (int t = 0; t < CREW; t++)
        pthread_create(&threads[t], NULL, together, &sums[t]);
    for (int t = 0; t < CREW; t++)
        pthread_join(threads[t], NULL);
    for (int t = 0; t < LATER; t++) {
        pthread_create(&threads[0], NULL, alone, &sums[t]);
        pthread_join(threads[0], NULL);
    }
    for (int t = 0; t < CREW; t++)
        total += sums[t];
    printf("%d\n", total);
    return 0;
}
