/* Writing JSON: values and members, with commas where they belong. */
#ifndef LLTFI_REPORT_JSON_H
#define LLTFI_REPORT_JSON_H

#include <glib.h>
#include <stdint.h>

struct json {
    GString *text;
    int depth;
    gboolean first; /* nothing was written in this object or array yet */
};

/* Begins an object or array; `key` is NULL inside arrays and at the top. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);

/* NULL text is null; invalid UTF-8 is replaced. */
void json_text(struct json *json, const char *key, const char *text);
void json_integer(struct json *json, const char *key, uint64_t value);
/* NaN and infinities are null. */
void json_real(struct json *json, const char *key, double value);
/* A number as text, as a query gave it; NULL is null. */
void json_number(struct json *json, const char *key, const char *number);

/* The shortest text that reads back as the same double, with a point whatever the locale. */
const char *real_to_text(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value);

#endif
