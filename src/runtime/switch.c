/*
 * LLFI's calls for programs that say themselves where faults may strike. While injections are off nothing is counted:
 * cycles go on where they were. A call stores the countdown before and loads it behind itself, and begins a block of
 * its own, so what is done here holds from the next instruction on.
 */
#include "runtime/process.h"

#include <string.h>
#include <sys/mman.h>

extern uint64_t lltfi_counts[];
extern const uint64_t lltfi_counts_octets;

static struct {
    bool off;
    uint64_t countdown;
    void *counts; /* NULL: the program does not count */
} before;

/* Programs may bring functions of these names of their own. */
__attribute__((weak)) void turnOffInjections(void)
{
    if (before.off)
        return;
    before.off = true;
    before.countdown = lltfi_countdown;
    lltfi_countdown = NEVER;
    if (lltfi_counts_octets == 0)
        return;
    before.counts = mmap(NULL, lltfi_counts_octets, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (before.counts == MAP_FAILED)
        before.counts = NULL;
    else
        memcpy(before.counts, lltfi_counts, lltfi_counts_octets);
}

__attribute__((weak)) void turnOnInjections(void)
{
    if (!before.off)
        return;
    before.off = false;
    lltfi_countdown = before.countdown;
    if (!before.counts)
        return;
    memcpy(lltfi_counts, before.counts, lltfi_counts_octets);
    munmap(before.counts, lltfi_counts_octets);
    before.counts = NULL;
}
