/* An injected fault in words: what was done to which register of which instruction. */
#ifndef LLTFI_REPORT_TRIAL_FAULT_TEXT_H
#define LLTFI_REPORT_TRIAL_FAULT_TEXT_H

#include "report/sheet.h"

/* Its LLVM type: "float", "i32"... An interned string. */
const char *fault_register_type(const struct site *site, const struct injection *injection);

/* "0.25 (0x3e800000)". The caller frees. */
char *fault_register_text(const char *type, const uint64_t value[2], unsigned width);

/* "bits 30, 3" of the first 128; "bit 130" beyond. The caller frees. */
char *fault_bits_text(const struct injection *injection);

/* The facts "fault" and "at" of a fault in a register. `place` says where in the model or program that is:
 * ", layer 3 'conv' (Conv)". */
void add_register_fault(struct sheet *facts, const struct site *site, const struct injection *injection,
                        const char *fault, const char *place);

#endif
