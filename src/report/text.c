#include "report/text.h"

#include <math.h>
#include <string.h>

#define TRUE_DECIMALS 4

const enum tint outcome_tints[OUTCOME_COUNT] = {
    [OUTCOME_BENIGN] = TINT_GREEN,      [OUTCOME_SDC] = TINT_RED,       [OUTCOME_CRASH] = TINT_PURPLE,
    [OUTCOME_HANG] = TINT_YELLOW,       [OUTCOME_DETECTED] = TINT_BLUE, [OUTCOME_CORRECTED] = TINT_CYAN,
    [OUTCOME_NOT_ACTIVATED] = TINT_DIM,
};

char *format_percentage(double share, int decimals)
{
    return g_strdup_printf("%.*f %%", decimals, 100 * share);
}

/* Digits after the point of an interval's ends: what n trials can distinguish. */
static int interval_decimals(uint64_t n)
{
    return n < 20000 ? 1 : n < 2000000 ? 2 : 3;
}

char *rate_text(const struct rate *rate)
{
    int decimals = interval_decimals(rate->n);

    if (rate->n == 0)
        return g_strdup("-");
    if (rate->is_true)
        return g_strdup_printf("%*.*f %%", TRUE_DECIMALS + 4, TRUE_DECIMALS, 100 * rate->share);
    return g_strdup_printf("%*.*f %% [%.*f, %.*f]", decimals + 5, decimals + 1, 100 * rate->share, decimals,
                           100 * rate->interval.low, decimals, 100 * rate->interval.high);
}

char *format_seconds(double seconds)
{
    if (seconds < 1e-3)
        return seconds < 1e-6 ? g_strdup("under 1 µs") : g_strdup_printf("%.0f µs", seconds * 1e6);
    if (seconds < 1)
        return g_strdup_printf("%.3g ms", seconds * 1e3);
    if (seconds < 120)
        return g_strdup_printf("%.3g s", seconds);
    if (seconds < 7200)
        return g_strdup_printf("%.0f min %02.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
    return g_strdup_printf("%.0f h %02.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
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

const char *value_to_text(char buffer[G_ASCII_DTOSTR_BUF_SIZE], double value)
{
    if (isfinite(value))
        return real_to_text(buffer, value);
    return isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

gboolean is_control(gunichar c)
{
    gboolean is_direction = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);

    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || is_direction || c == 0xfffe || c == 0xffff;
}

static char *without_controls(const char *text, const char *kept)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);

    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);

        if (is_control(character) && !(character < 0x20 && strchr(kept, (int)character)))
            g_string_append_c(clean, ' ');
        else
            g_string_append_unichar(clean, character);
    }
    return g_string_free(clean, FALSE);
}

char *printable(const char *text)
{
    return without_controls(text, "");
}

char *printable_lines(const char *text)
{
    return without_controls(text, "\n");
}

char *printable_fields(const char *text)
{
    return without_controls(text, "\t\r\n");
}
