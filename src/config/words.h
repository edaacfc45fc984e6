/* Words of the configuration: tables of what is allowed, the nearest allowed word for a misspelt one, and numbers. */
#ifndef LLTFI_CONFIG_WORDS_H
#define LLTFI_CONFIG_WORDS_H

#include <glib.h>
#include <stdint.h>

struct word {
    const char *text; /* NULL ends a table */
    int value;
    gboolean other; /* another spelling of a word above: understood, not shown */
};

/* The value of a word, compared without case; the error (LLTFI_ERROR_USAGE) lists what is allowed. */
gboolean word_parse(const struct word *words, const char *text, int *value, GError **error);
const char *word_text(const struct word *words, int value);

/* The candidate that the user probably meant; NULL: none is similar. `candidates` ends with NULL. */
const char *nearest_word(const char *text, const char *const *candidates);

/* " (did you mean 'x'?)" or "". The caller frees. */
char *suggestion(const char *text, const char *const *candidates);

/* The user's word as messages show it: cut at 60 characters, control characters replaced. The caller frees. */
char *shown(const char *text);

/* Parse a whole number in low..high, and a finite number in low..high. The number must be the whole text. */
gboolean integer_parse(const char *text, int64_t low, int64_t high, int64_t *number, GError **error);
gboolean number_parse(const char *text, double low, double high, double *number, GError **error);

#endif
