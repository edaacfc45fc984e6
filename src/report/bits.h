/* What a bit position means in the register that holds it. */
#ifndef LLTFI_REPORT_BITS_H
#define LLTFI_REPORT_BITS_H

#include <glib.h>

/*
 * The type of one register of an instruction, from the instruction's text: "float", "double", "half", "bfloat", "ptr",
 * "i32". Position 0 is the destination, k operand k-1. An interned string; "64 bits" where the text does not say.
 */
const char *register_type(const char *text, int position, unsigned width);

/* "sign", "exponent" or "mantissa" for the floating-point types, "" for others. */
const char *bit_field(const char *type, unsigned bit);

/* The bits that are shown together in a short table: each bit of sign and exponent, all of the mantissa, integers by
 * byte, other registers by 32. */
void bit_group(const char *type, unsigned width, unsigned bit, unsigned *low, unsigned *high);

#endif
