#include "runtime/model/mark.h"

#include <stddef.h>

static struct {
    mark_sink sink;
    void *data;
    uint64_t begin;
    const void *address;
} state;

void runtime_mark_to(mark_sink sink, void *data)
{
    state.sink = sink;
    state.data = data;
}

void lltfi_mark_begin(uint64_t count)
{
    state.begin = count;
    state.address = NULL;
}

void lltfi_mark_store(const void *address)
{
    if (!state.address)
        state.address = address;
}

void lltfi_mark_end(uint64_t count)
{
    if (state.sink)
        state.sink(state.begin, count, state.address, state.data);
    lltfi_mark_begin(count);
}
