/*
 * The countdown of programs with threads. Each thread takes a ration of it, counts that down without a lock, and takes
 * the next one when it is used up. Before a fault strikes, what the other threads have left of their rations is taken
 * back: where one thread runs at a time, the fault strikes exactly at its cycle.
 */
#include "runtime/program/gates.h"
#include "runtime/program/snapshot.h"
#include "runtime/shared/inject.h"

#include <pthread.h>
#include <sched.h>

/* A ration is 1 / SHARE of what is left, so that rations get small before the fault, and at most MOST. */
#define SHARE 64
#define MOST 4096

/* 0 at first, so that each thread asks at its first gate. */
__attribute__((visibility("hidden"), used, tls_model("local-exec"))) _Thread_local uint64_t lltfi_ration;

/* The rations of threads that have taken one. */
struct ration {
    uint64_t *left; /* NULL: not in the list */
    struct ration *next, *before;
};
static struct ration *rations;
static __attribute__((tls_model("local-exec"))) _Thread_local struct ration own_ration;

static uint32_t locked;
/* This thread holds the lock: a signal handler that reaches a gate meanwhile passes it without counting. */
static __attribute__((tls_model("local-exec"))) _Thread_local volatile bool is_inside;
static pthread_key_t ends; /* its destructor returns the ration of a thread that ends */

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

static void enter_list(void)
{
    if (own_ration.left)
        return;
    own_ration = (struct ration){ .left = &lltfi_ration, .next = rations };
    if (rations)
        rations->before = &own_ration;
    rations = &own_ration;
}

static void leave_list(void)
{
    if (!own_ration.left)
        return;
    *(own_ration.before ? &own_ration.before->next : &rations) = own_ration.next;
    if (own_ration.next)
        own_ration.next->before = own_ration.before;
    own_ration.left = NULL;
}

/* A thread that runs meanwhile may count in its ration once more. */
static void take_back(void)
{
    for (struct ration *ration = rations; ration; ration = ration->next)
        if (ration != &own_ration)
            lltfi_countdown += __atomic_exchange_n(ration->left, 0, __ATOMIC_RELAXED);
}

void rations_return(void)
{
    lock();
    lltfi_countdown += lltfi_ration;
    lltfi_ration = 0;
    leave_list();
    unlock();
}

static void end_of_thread(void *anything)
{
    (void)anything;
    rations_return();
}

/* Takes this thread's ration from the countdown: at least the `needed` instructions, which are used at once. */
static void take(uint64_t needed)
{
    uint64_t most = lltfi_countdown / SHARE, ration = most < MOST ? most : MOST;

    ration = ration < needed ? needed : ration;
    lltfi_countdown -= ration;
    lltfi_ration = ration - needed;
}

/* While one thread runs the fault's block, the countdown is NEVER, so that the others do not reach the fault as well.
 */
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
    if (own + lltfi_countdown < size)
        take_back();
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
        enter_list();
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
    rations = NULL;
    own_ration.left = NULL;
}
