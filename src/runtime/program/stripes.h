/*
 * Counters for each thread of a program, so that no thread waits for another: stripes of the file that the program
 * shares with the engine (runtime/program/shared_page.h), one for each living thread. The stripe of a thread that ended
 * is used by the next new thread, which adds to what is there. Readers add up all stripes.
 *
 * Counting code adds to what lltfi_thread_counts points to. It points to lltfi_counts when a thread begins: functions
 * that may be entered from outside the program's own code check for that, and call lltfi_claim_counts for a stripe.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_STRIPES_H
#define LLTFI_RUNTIME_PROGRAM_STRIPES_H

#include <stdbool.h>
#include <stdint.h>

#define THREAD_COUNTS_SYMBOL "lltfi_thread_counts"
#define CLAIM_SYMBOL "lltfi_claim_counts"

/* How many are appended to the file at a time. */
#define STRIPES_AT_ONCE 16

/* The head of a stripe; as many counters as lltfi_counts has follow it. */
struct stripe {
    struct stripe *next;    /* of those that are free; the program's own address */
    uint32_t taken;         /* by a thread other than the first */
    uint32_t to_a_line[13]; /* padding: counters of two threads are never in one cache line */
};

/* In struct shared_page, set by the program. */
struct stripe_order {
    uint64_t at;    /* where the first stripe is in the file; 0: there are none */
    uint64_t bytes; /* of a stripe, a whole number of pages */
    uint32_t n;
    uint32_t missing; /* claims that failed: what those threads count is in lltfi_counts, with losses */
};

struct shared_page;

/* Makes the first stripes if the program counts by thread, and gives the calling thread one. `file` is the shared file,
 * `path` its path. False: it failed. */
bool stripes_start(struct shared_page *shared, int file, const char *path);
/* In a child: nobody reads its counters. */
void stripes_leave(void);

/* Called by the program's own code: gives the thread a stripe. */
void lltfi_claim_counts(void);

#endif
