/* Numbers and names as texts, for people and for machines. */
#ifndef LLTFI_REPORT_TEXT_H
#define LLTFI_REPORT_TEXT_H

#include "report/sheet.h"

/* The colour of an outcome's bars. */
extern const enum tint outcome_tints[OUTCOME_COUNT];

/* "12.35 % [10.9, 13.9]"; more digits where there are enough trials to give them meaning; "-" for none. A true
 * rate has no interval: "12.3456 %". */
char *rate_text(const struct rate *rate);
/* "12.35 %". */
char *format_percentage(double share, int decimals);
/* "0.83 ms", "3.2 s", "2 min 5 s". */
char *format_seconds(double seconds);

/* The shortest text that reads back as the same double, with a point whatever the locale. */
const char *real_to_text(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value);
/* The same, and "NaN", "Infinity", "-Infinity" for what is not finite. */
const char *value_to_text(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value);

/*
 * Names come from untrusted files: they may not be UTF-8, and control characters in them would steer a terminal or
 * break a document. Every renderer passes what it is given through one of these, which return a copy in valid UTF-8
 * with blanks for control characters, but for line breaks (lines), or line breaks and tabs (fields).
 */
char *printable(const char *text);
char *printable_lines(const char *text);
char *printable_fields(const char *text);
/* Whether a character steers a terminal, or the direction of writing, or is not allowed in XML. */
gboolean is_control(gunichar c);

#endif
