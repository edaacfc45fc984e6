/*
 * libc's functions that read clocks, as the executable defines them: the program and the libraries that it uses call
 * these. Weak: a program's own function of that name, or a static libc's, has precedence.
 */
#include "runtime/program/clocks.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#define REPLACES __attribute__((weak, used, visibility("default")))
#define SECOND INT64_C(1000000000)
/* The kernel numbers its clocks from 0. */
#define CLOCKS 12

/* What a program reads is the system's time less `shift`, nanoseconds. */
static struct {
    int64_t shift[CLOCKS], stopped[CLOCKS];
} clocks;

typedef int (*reader)(clockid_t clock, struct timespec *time);

/* libc's reads without a system call. */
static int read_clock(clockid_t clock, struct timespec *time)
{
    static reader next;

    if (!next)
        next = (reader)dlsym(RTLD_NEXT, "clock_gettime");
    return next ? next(clock, time) : (int)syscall(SYS_clock_gettime, clock, time);
}

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec time;

    return read_clock(clock, &time) == 0 ? time.tv_sec * SECOND + time.tv_nsec : 0;
}

static int64_t shown(clockid_t clock)
{
    return nanoseconds(clock) - clocks.shift[clock];
}

void clocks_stop(void)
{
    for (clockid_t clock = 0; clock < CLOCKS; clock++)
        clocks.stopped[clock] = shown(clock);
}

void clocks_go_on(void)
{
    for (clockid_t clock = 0; clock < CLOCKS; clock++)
        clocks.shift[clock] = nanoseconds(clock) - clocks.stopped[clock];
}

static struct timespec timespec_of(int64_t time)
{
    return (struct timespec){ .tv_sec = time / SECOND, .tv_nsec = time % SECOND };
}

static struct timeval timeval_of(int64_t time)
{
    return (struct timeval){ .tv_sec = time / SECOND, .tv_usec = time % SECOND / 1000 };
}

REPLACES int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = read_clock(clock, time);

    if (result == 0 && clock >= 0 && clock < CLOCKS && clocks.shift[clock] != 0)
        *time = timespec_of(time->tv_sec * SECOND + time->tv_nsec - clocks.shift[clock]);
    return result;
}

REPLACES int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    (void)zone;
    *time = timeval_of(shown(CLOCK_REALTIME));
    return 0;
}

/* Coarse, as libc's: it does not run ahead of the files' times. */
REPLACES time_t time(time_t *time)
{
    time_t now = (time_t)(shown(CLOCK_REALTIME_COARSE) / SECOND);

    if (time)
        *time = now;
    return now;
}

REPLACES clock_t clock(void)
{
    return (clock_t)(shown(CLOCK_PROCESS_CPUTIME_ID) / (SECOND / CLOCKS_PER_SEC));
}

REPLACES int timespec_get(struct timespec *time, int base)
{
    if (base != TIME_UTC)
        return 0;
    *time = timespec_of(shown(CLOCK_REALTIME));
    return base;
}

REPLACES clock_t times(struct tms *buffer)
{
    clock_t ticks = sysconf(_SC_CLK_TCK), now;

    now = (clock_t)syscall(SYS_times, buffer);
    if (buffer)
        buffer->tms_utime -= (clock_t)(clocks.shift[CLOCK_PROCESS_CPUTIME_ID] / (SECOND / ticks));
    return now == -1 ? now : now - (clock_t)(clocks.shift[CLOCK_MONOTONIC] / (SECOND / ticks));
}

REPLACES int getrusage(__rusage_who_t who, struct rusage *usage)
{
    int result = (int)syscall(SYS_getrusage, who, usage);

    if (result == 0 && who != RUSAGE_CHILDREN && clocks.shift[CLOCK_PROCESS_CPUTIME_ID] != 0)
        usage->ru_utime = timeval_of(usage->ru_utime.tv_sec * SECOND + usage->ru_utime.tv_usec * 1000 -
                                     clocks.shift[CLOCK_PROCESS_CPUTIME_ID]);
    return result;
}

/* The moment that the program waits for is one of its own clock. */
REPLACES int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
    struct timespec moment = *time;
    long result;

    if ((flags & TIMER_ABSTIME) && clock >= 0 && clock < CLOCKS && clocks.shift[clock] != 0)
        moment = timespec_of(time->tv_sec * SECOND + time->tv_nsec + clocks.shift[clock]);
    result = syscall(SYS_clock_nanosleep, clock, flags, &moment, left);
    return result == 0 ? 0 : errno;
}
