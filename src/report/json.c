#include "report/json.h"

#include <math.h>

static void append_quoted(GString *to, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    g_string_append_c(to, '"');
    for (const char *c = valid; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_printf(to, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            g_string_append_printf(to, "\\u%04x", *c);
        else
            g_string_append_c(to, *c);
    }
    g_string_append_c(to, '"');
}

static void begin(struct json *json, const char *key)
{
    g_string_append(json->text, json->first || json->depth == 0 ? "" : ",");
    if (json->depth > 0)
        g_string_append_printf(json->text, "\n%*s", 2 * json->depth, "");
    if (key) {
        append_quoted(json->text, key);
        g_string_append(json->text, ": ");
    }
    json->first = FALSE;
}

void json_open(struct json *json, const char *key, char bracket)
{
    begin(json, key);
    g_string_append_c(json->text, bracket);
    json->depth++;
    json->first = TRUE;
}

void json_close(struct json *json, char bracket)
{
    json->depth--;
    if (!json->first)
        g_string_append_printf(json->text, "\n%*s", 2 * json->depth, "");
    g_string_append_c(json->text, bracket);
    if (json->depth == 0)
        g_string_append_c(json->text, '\n');
    json->first = FALSE;
}

void json_text(struct json *json, const char *key, const char *text)
{
    begin(json, key);
    if (text)
        append_quoted(json->text, text);
    else
        g_string_append(json->text, "null");
}

void json_integer(struct json *json, const char *key, uint64_t value)
{
    begin(json, key);
    g_string_append_printf(json->text, "%" G_GUINT64_FORMAT, value);
}

const char *real_to_text(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value)
{
    for (int digits = 6; digits <= 17; digits++) {
        char format[8];

        g_snprintf(format, sizeof(format), "%%.%dg", digits);
        g_ascii_formatd(buffer, G_ASCII_DTOSTR_BUF_SIZE, format, value);
        if (g_ascii_strtod(buffer, NULL) == value)
            break;
    }
    return buffer;
}

void json_real(struct json *json, const char *key, double value)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    begin(json, key);
    g_string_append(json->text, isfinite(value) ? real_to_text(buffer, value) : "null");
}

void json_number(struct json *json, const char *key, const char *number)
{
    begin(json, key);
    g_string_append(json->text, number && isfinite(g_ascii_strtod(number, NULL)) ? number : "null");
}
