/* A thread ends the program while the others are in loops: one in its own, main() in calls that go deeper and deeper.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUNDS 300000

static unsigned product = 1;
static int turns[2];

static void *spin(void *data)
{
    for (;;) {
        product *= 3;
        __atomic_add_fetch(&turns[0], 1, __ATOMIC_RELEASE);
    }
    return data;
}

static void *leave(void *data)
{
    while (__atomic_load_n(&turns[0], __ATOMIC_ACQUIRE) < ROUNDS ||
           __atomic_load_n(&turns[1], __ATOMIC_ACQUIRE) < ROUNDS)
        ;
    puts("enough");
    exit(3);
    return data;
}

static int deeper(int depth, int sign)
{
    __atomic_add_fetch(&turns[1], 1, __ATOMIC_RELEASE);
    return depth == 0 ? sign : deeper(depth - 1, -sign) / 2 + sign;
}

int main(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, spin, NULL);
    pthread_create(&thread, NULL, leave, NULL);
    for (;;)
        deeper(100, 1);
}
