/* What the mark form calls: where in the count of selected instructions each grain of a layer begins and ends. */
#ifndef LLTFI_RUNTIME_MODEL_MARK_H
#define LLTFI_RUNTIME_MODEL_MARK_H

#include <stdint.h>

/* Called for every iteration of the grain loop: the number of selected instructions executed at its beginning and end,
 * and the address of the first output element that it stored. */
typedef void (*mark_sink)(uint64_t begin, uint64_t end, const void *address, void *data);
void runtime_mark_to(mark_sink sink, void *data);

/* Called where the grain loop is entered, before each store to an output, and at the end of each iteration. */
void lltfi_mark_begin(uint64_t count);
void lltfi_mark_store(const void *address);
void lltfi_mark_end(uint64_t count);

#endif
