/*
 * Software faults at run time (LLFI's, and those of fault descriptions): what is done to an argument or result of a
 * call, other than changing bits. Linked into instrumented programs.
 */
#ifndef LLTFI_RUNTIME_PROGRAM_SOFTWARE_H
#define LLTFI_RUNTIME_PROGRAM_SOFTWARE_H

#include "base/software.h"

#include <stdint.h>

#define SOFTWARE_SECONDS 3
#define SOFTWARE_FILE "fake_file.txt"

struct runtime_software {
    uint32_t action; /* enum software_action */
    uint32_t custom;
    int64_t value;
};

/* Acts on a value of `width` bits in memory; may take long or never return. `bit` was drawn for custom injectors. */
void software_act(const struct runtime_software *software, uint32_t bit, void *value, uint32_t width);

/* The campaign's own injectors, compiled from their descriptions; NULL if it has none. */
__attribute__((weak)) void lltfi_custom(uint32_t custom, char *buf, unsigned size, unsigned fi_bit);

#endif
