/* What software faults do to a value or to the process, by the actions of base/software.h. */
#include "runtime/program/software.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define LEAKED 1024
#define BLOCK (UINT32_C(32) << 20)
/* Bytes. Without a limit of the process, memory could be overcommitted endlessly. */
#define MOST_MEMORY (UINT64_C(4) << 30)
#define CANCEL_NANOSECONDS 20000000

typedef unsigned __int128 wide;

static uint32_t bytes_of(uint32_t width)
{
    uint32_t bytes = (width + 7) / 8;

    return bytes < sizeof(wide) ? bytes : (uint32_t)sizeof(wide);
}

static wide get(const void *value, uint32_t width)
{
    wide number = 0;

    memcpy(&number, value, bytes_of(width));
    return number;
}

/* Bits beyond the width become 0, as in an i1 in memory. */
static void put(void *value, uint32_t width, wide number)
{
    if (width < 128)
        number &= ((wide)1 << width) - 1;
    memcpy(value, &number, bytes_of(width));
}

static void *get_pointer(const void *value, uint32_t width)
{
    return width == 8 * sizeof(void *) ? (void *)(uintptr_t)get(value, width) : NULL;
}

static void put_pointer(void *value, uint32_t width, const void *pointer)
{
    if (width == 8 * sizeof(void *))
        put(value, width, (uintptr_t)pointer);
}

static void wait_for(time_t seconds, long nanoseconds)
{
    struct timespec left = { seconds, nanoseconds };

    while (nanosleep(&left, &left) != 0)
        ;
}

static void add(const struct runtime_software *software, void *value, uint32_t width)
{
    put(value, width, get(value, width) + (wide)(__int128)software->value);
}

static void set(const struct runtime_software *software, void *value, uint32_t width)
{
    put(value, width, (wide)(__int128)software->value);
}

static void hang(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    (void)value;
    (void)width;
    for (;;)
        pause();
}

static void delay(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    (void)value;
    (void)width;
    wait_for(SOFTWARE_SECONDS, 0);
}

static void close_stream(const struct runtime_software *software, void *value, uint32_t width)
{
    FILE *stream = get_pointer(value, width);

    (void)software;
    if (stream)
        fclose(stream);
}

static void reopen(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    put_pointer(value, width, fopen(SOFTWARE_FILE, "w"));
}

static void leak(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    put_pointer(value, width, malloc(LEAKED));
}

static void limit_memory(void)
{
    struct rlimit now;

    if (getrlimit(RLIMIT_AS, &now) != 0 || now.rlim_cur != RLIM_INFINITY)
        return;
    now.rlim_cur = MOST_MEMORY;
    setrlimit(RLIMIT_AS, &now);
}

/* volatile: the compiler would remove allocations whose result is not used. */
static void exhaust(const struct runtime_software *software, void *value, uint32_t width)
{
    void *volatile last = NULL;
    void *volatile block;

    limit_memory();
    while ((block = malloc(BLOCK)))
        last = block;
    put_pointer(value, width, software->action == SOFTWARE_EXHAUST ? last : NULL);
}

static void change_format(const struct runtime_software *software, void *value, uint32_t width)
{
    static const unsigned char sizes[][2] = { { 1, 2 }, { 2, 4 }, { 4, 8 }, { 8, 4 }, { 10, 4 } };
    wide size = get(value, width);

    (void)software;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
        if (size == sizes[i][0])
            put(value, width, sizes[i][1]);
}

static pthread_t get_thread(const void *value, uint32_t width)
{
    return (pthread_t)get(value, width);
}

static void deadlock(const struct runtime_software *software, void *value, uint32_t width)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

    (void)software;
    pthread_join(get_thread(value, width), NULL);
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
}

static void cancel(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    pthread_cancel(get_thread(value, width));
    wait_for(0, CANCEL_NANOSECONDS);
}

static void other_lock(const struct runtime_software *software, void *value, uint32_t width)
{
    pthread_mutex_t *fresh = malloc(sizeof(*fresh));

    (void)software;
    if (!fresh)
        return;
    pthread_mutex_init(fresh, NULL);
    put_pointer(value, width, fresh);
}

static void free_block(const struct runtime_software *software, void *value, uint32_t width)
{
    (void)software;
    free(get_pointer(value, width));
}

void software_act(const struct runtime_software *software, uint32_t bit, void *value, uint32_t width)
{
    static void (*const actions[])(const struct runtime_software *, void *, uint32_t) = {
        [SOFTWARE_ADD] = add,
        [SOFTWARE_SET] = set,
        [SOFTWARE_HANG] = hang,
        [SOFTWARE_SLEEP] = delay,
        [SOFTWARE_CLOSE] = close_stream,
        [SOFTWARE_REOPEN] = reopen,
        [SOFTWARE_LEAK] = leak,
        [SOFTWARE_EXHAUST] = exhaust,
        [SOFTWARE_NO_MEMORY] = exhaust,
        [SOFTWARE_FORMAT] = change_format,
        [SOFTWARE_DEADLOCK] = deadlock,
        [SOFTWARE_CANCEL] = cancel,
        [SOFTWARE_OTHER_LOCK] = other_lock,
        [SOFTWARE_FREE] = free_block,
    };

    if (software->action == SOFTWARE_CUSTOM) {
        if (lltfi_custom)
            lltfi_custom(software->custom, value, width, bit);
        return;
    }
    if (software->action < sizeof(actions) / sizeof(*actions) && actions[software->action])
        actions[software->action](software, value, width);
}
