/*
 * LLFI's calls for programs that say themselves where faults may strike. While injections are off nothing is counted:
 * cycles go on where they were. A call stores the countdown before and loads it behind itself, and begins a block of
 * its own, so what is done here holds from the next instruction on.
 */
#include "runtime/program/shared_page.h"

#include <string.h>
#include <sys/mman.h>

extern uint64_t lltfi_counts[];
extern const uint64_t lltfi_counts_bytes;
extern const uint64_t lltfi_threads;

/* Numbers of how often something was executed, as they were. */
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

/* Programs may bring functions of these names of their own. */
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
