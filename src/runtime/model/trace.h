/* What the trace form calls. */
#ifndef LLTFI_RUNTIME_MODEL_TRACE_H
#define LLTFI_RUNTIME_MODEL_TRACE_H

#include <stdint.h>

/* Called with every value of a traced run: LLFI index, LLVM's opcode number, size in bytes, the value. NULL: none. */
typedef void (*trace_sink)(int64_t index, uint32_t opcode, uint32_t bytes, const void *value, void *data);
void runtime_trace_to(trace_sink sink, void *data);

/* Called by traced code after each instruction that has a value. */
void lltfi_trace(int64_t index, uint32_t opcode, uint32_t bytes, const void *value);

#endif
