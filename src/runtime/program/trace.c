/* The runtime of traced programs. */
#include "runtime/program/trace.h"

#include "runtime/model/trace.h"
#include "runtime/program/shared_page.h"

#include <string.h>
#include <sys/mman.h>

static struct shared_page *watched; /* NULL: no trace is wanted */
static unsigned char *records;

bool runtime_trace_start(struct shared_page *shared, int file, uint64_t offset)
{
    if (shared->trace.room == 0)
        return true;
    records = mmap(NULL, shared->trace.room, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);
    if (records == MAP_FAILED)
        return false;
    watched = shared;
    return true;
}

void runtime_trace_leave(void)
{
    watched = NULL;
}

/* Room for a record; NULL: none is left. */
static unsigned char *take(struct trace_order *trace, uint64_t size)
{
    uint64_t at;

    if (__atomic_add_fetch(&trace->kept, 1, __ATOMIC_RELAXED) > trace->most ||
        __atomic_load_n(&trace->used, __ATOMIC_RELAXED) + size > trace->room)
        return NULL;
    at = __atomic_fetch_add(&trace->used, size, __ATOMIC_RELAXED);
    return at + size <= trace->room ? records + at : NULL;
}

static bool is_wanted(struct shared_page *shared, uint64_t number)
{
    struct trace_order *trace = &shared->trace;

    if (trace->first > 0 ? number < trace->first : __atomic_load_n(&shared->n_injections, __ATOMIC_ACQUIRE) == 0)
        return false;
    if (trace->start == 0)
        trace->start = number;
    return true;
}

void lltfi_trace(int64_t index, uint32_t opcode, uint32_t bytes, const void *value)
{
    struct shared_page *shared = watched;
    unsigned char *place;

    (void)opcode;
    if (!shared || !is_wanted(shared, __atomic_add_fetch(&shared->trace.executed, 1, __ATOMIC_RELAXED)))
        return;
    place = take(&shared->trace, sizeof(struct trace_record) + ((uint64_t)bytes + 7) / 8 * 8);
    if (!place)
        return;
    ((struct trace_record *)place)->bytes = bytes;
    if (bytes > 0)
        memcpy(place + sizeof(struct trace_record), value, bytes);
    __atomic_store_n(&((struct trace_record *)place)->index, (uint32_t)index, __ATOMIC_RELEASE);
}
