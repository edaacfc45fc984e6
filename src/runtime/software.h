/*
 * Software faults at run time (LLFI's, and those of fault descriptions): what is done with an argument or result of a
 * call where that is no flip of bits. Linked into instrumented programs.
 */
#ifndef LLTFI_RUNTIME_SOFTWARE_H
#define LLTFI_RUNTIME_SOFTWARE_H

#include <stdint.h>

enum software_action {
    SOFTWARE_FLIP,       /* none of these: bits are flipped as by a hardware fault */
    SOFTWARE_ADD,        /* adds `value`, in the value's own width */
    SOFTWARE_SET,        /* takes `value` in its place */
    SOFTWARE_HANG,       /* never goes on */
    SOFTWARE_SLEEP,      /* for SOFTWARE_SECONDS */
    SOFTWARE_CLOSE,      /* closes the stream */
    SOFTWARE_REOPEN,     /* another stream, on SOFTWARE_FILE, takes its place */
    SOFTWARE_LEAK,       /* another, small block of memory takes its place */
    SOFTWARE_EXHAUST,    /* takes all memory; the last block takes its place */
    SOFTWARE_NO_MEMORY,  /* takes all memory; NULL takes its place */
    SOFTWARE_FORMAT,     /* a size of 1, 2, 4, 8 or 10 octets becomes another one */
    SOFTWARE_DEADLOCK,   /* joins the thread, then waits for a lock of its own */
    SOFTWARE_CANCEL,     /* cancels the thread */
    SOFTWARE_OTHER_LOCK, /* a fresh mutex takes its place */
    SOFTWARE_FREE,       /* frees the block */
    SOFTWARE_CUSTOM      /* lltfi_custom(custom, ...) */
};

#define SOFTWARE_SECONDS 3
#define SOFTWARE_FILE "fake_file.txt"

struct runtime_software {
    uint32_t action; /* enum software_action */
    uint32_t custom;
    int64_t value;
};

/* Acts on a value of `width` bits in memory; may take long or never come back. `bit` was drawn for custom injectors. */
void software_act(const struct runtime_software *software, uint32_t bit, void *value, uint32_t width);

/* The campaign's own injectors, compiled from their descriptions; there only if it has some. */
__attribute__((weak)) void lltfi_custom(uint32_t custom, char *buf, unsigned size, unsigned fi_bit);

#endif
