/* Numbers as text and back: what kernels that cast from and to strings call. No GLib: programs link it too. */
#ifndef LLTFI_RUNTIME_MODEL_TEXT_H
#define LLTFI_RUNTIME_MODEL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The shortest decimal number that distinguishes a float of `precision` bits from its neighbours: "0.1", "1.0", with an
 * exponent from 1e16 on and below 1e-4: "1e-05"; "NaN", "INF", "-INF". Equal texts have the same pointer, which is
 * valid until the program ends.
 */
const char *lltfi_float_text(double value, int precision);
const char *lltfi_integer_text(uint64_t value, bool is_signed);

/* The number that a text begins with, 0 if there is none. Integers beyond 64 bits are clamped. */
float lltfi_text_float(const char *text);
double lltfi_text_double(const char *text);
uint64_t lltfi_text_integer(const char *text);

#endif
