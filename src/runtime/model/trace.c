#include "runtime/model/trace.h"

#include <stddef.h>

static trace_sink current;
static void *current_data;

void runtime_trace_to(trace_sink sink, void *data)
{
    current = sink;
    current_data = data;
}

void lltfi_trace(int64_t index, uint32_t opcode, uint32_t bytes, const void *value)
{
    if (current)
        current(index, opcode, bytes, value, current_data);
}
