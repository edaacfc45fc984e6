/*
 * LLFI's calls for programs that say themselves where faults may strike. While injections are off nothing is counted,
 * and cycles continue afterwards from where they were. Instrumented code has the countdown in memory at calls, and a
 * call ends its block, so what is done here takes effect from the next instruction on.
 */
#include "runtime/program/shared_page.h"

#include <string.h>
#include <sys/mman.h>

extern uint64_t lltfi_counts[];
extern const uint64_t lltfi_counts_bytes;
extern const uint64_t lltfi_threads;

/* A copy of counters. */
struct kept {
    void *copy; /* NULL: there are none */
};

static struct {
    bool off;
    uint64_t countdown;
    struct kept counts, executions;
} before;

static void keep(struct kept *kept, const uint64_t *from, uint64_t bytes)
{
    if (bytes == 0)
        return;
    kept->copy = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (kept->copy == MAP_FAILED)
        kept->copy = NULL;
    else
        memcpy(kept->copy, from, bytes);
}

static void bring_back(struct kept *kept, uint64_t *to, uint64_t bytes)
{
    if (!kept->copy)
        return;
    memcpy(to, kept->copy, bytes);
    munmap(kept->copy, bytes);
    kept->copy = NULL;
}

/* Weak: programs may define functions of these names. */
__attribute__((weak)) void turnOffInjections(void)
{
    if (before.off)
        return;
    if (lltfi_threads)
        rations_return();
    before.off = true;
    before.countdown = lltfi_countdown;
    lltfi_countdown = NEVER;
    keep(&before.counts, lltfi_counts, lltfi_counts_bytes);
    keep(&before.executions, lltfi_executions, lltfi_n_gates * sizeof(uint64_t));
}

__attribute__((weak)) void turnOnInjections(void)
{
    if (!before.off)
        return;
    if (lltfi_threads)
        rations_return();
    before.off = false;
    lltfi_countdown = before.countdown;
    bring_back(&before.counts, lltfi_counts, lltfi_counts_bytes);
    bring_back(&before.executions, lltfi_executions, lltfi_n_gates * sizeof(uint64_t));
}
