/*
 * Counters for each thread of a program that counts, so that none has to wait for another: stripes of the file that it
 * shares with the engine (runtime/program/shared_page.h), one for each thread that is alive. A thread that ends hands
 * its stripe on to the next that begins, which goes on counting in it. Whoever reads the counters adds up all stripes.
 *
 * Code that counts adds to what lltfi_thread_counts points to. A thread begins with lltfi_counts, which belongs to
 * nobody: functions that control may enter from outside the program's own code ask lltfi_claim_counts for a stripe
 * then.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_STRIPES_H
#define LLTFI_RUNTIME_PROGRAM_STRIPES_H

#include <stdbool.h>
#include <stdint.h>

#define THREAD_COUNTS_SYMBOL "lltfi_thread_counts"
#define CLAIM_SYMBOL "lltfi_claim_counts"

/* So many are made at once. */
#define STRIPES_AT_ONCE 16

/* How a stripe begins; as many counters as lltfi_counts has are behind it. */
struct stripe {
    struct stripe *next;    /* of those that are free; the program's own address */
    uint32_t taken;         /* by a thread other than the first */
    uint32_t to_a_line[13]; /* counters of two threads are never in one cache line */
};

/* In struct shared_page, set by the program. */
struct stripe_order {
    uint64_t at;    /* where the first stripe lies in the file; 0: there are none */
    uint64_t bytes; /* of a stripe, a whole number of pages */
    uint32_t n;
    uint32_t missing; /* claims that failed: what those threads count is in lltfi_counts, with losses */
};

struct shared_page;

/* Makes the first stripes, where the program's threads count for themselves; the caller's thread is the first. False:
 * it can't. `path` leads to the shared file, which is open. */
bool stripes_start(struct shared_page *shared, int file, const char *path);
/* In a child: it counts for nobody. */
void stripes_leave(void);

/* Called by the program's own code: gives the thread a stripe. */
void lltfi_claim_counts(void);

#endif
