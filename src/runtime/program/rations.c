/*
 * The countdown of programs with threads. Each thread takes a ration of it, counts that down by itself, and comes back
 * when it is used up: few selected instructions are counted by all together, and none is lost but those that a thread
 * has left over at the moment of the fault.
 */
#include "runtime/program/gates.h"
#include "runtime/program/snapshot.h"
#include "runtime/shared/inject.h"

#include <pthread.h>
#include <sched.h>

/* Of what is left, so that the rations get small before the fault; and at most so much. */
#define SHARE 64
#define MOST 4096

/* It begins with nothing, so that each thread asks once. */
__attribute__((visibility("hidden"), used, tls_model("local-exec"))) _Thread_local uint64_t lltfi_ration;

static uint32_t locked;
/* This thread is here: a signal's handler that comes to a gate meanwhile passes it. */
static __attribute__((tls_model("local-exec"))) _Thread_local volatile bool is_inside;
static pthread_key_t ends; /* of threads that have a ration */

static void lock(void)
{
    is_inside = true;
    while (__atomic_exchange_n(&locked, 1, __ATOMIC_ACQUIRE))
        sched_yield();
}

static void unlock(void)
{
    __atomic_store_n(&locked, 0, __ATOMIC_RELEASE);
    is_inside = false;
}

void rations_return(void)
{
    lock();
    lltfi_countdown += lltfi_ration;
    lltfi_ration = 0;
    unlock();
}

static void end_of_thread(void *anything)
{
    (void)anything;
    rations_return();
}

/* What is left of the countdown, less what this thread takes for itself. */
static void take(uint64_t needed)
{
    uint64_t most = lltfi_countdown / SHARE, ration = most < MOST ? most : MOST;

    ration = ration < needed ? needed : ration;
    lltfi_countdown -= ration;
    lltfi_ration = ration - needed;
}

/* While the fault's block runs in one thread, the others have no end of rations. */
KEEPS_REGISTERS uint64_t lltfi_near_shared(uint64_t size, uint32_t gate)
{
    uint64_t own = lltfi_ration + size, left;

    if (is_inside)
        return size;
    lock();
    if (own >= size && lltfi_walks) {
        snapshot_pass(lltfi_countdown, size, gate);
        unlock();
        return size;
    }
    lltfi_ration = 0;
    left = runtime_strikes_always() ? 0 : own + lltfi_countdown;
    if (left < size && lltfi_walks) {
        left = snapshot_stop(left, size, gate);
        lltfi_countdown = left - own;
    }
    if (left < size && leads_follow(&lltfi_countdown)) {
        left = size;
    } else if (left < size) {
        lltfi_countdown = NEVER;
    } else {
        take(size - own);
        pthread_setspecific(ends, &ends);
    }
    unlock();
    return left;
}

KEEPS_REGISTERS void lltfi_settle_shared(uint64_t countdown)
{
    lock();
    lltfi_countdown = countdown;
    gates_settle();
    unlock();
}

void rations_start(void)
{
    pthread_key_create(&ends, end_of_thread);
}

void rations_leave(void)
{
    locked = 0;
    is_inside = false;
    lltfi_ration = 0;
}
