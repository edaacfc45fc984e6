#include "runtime/model/text.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The texts that were handed out: a hash table with open addressing that doubles when it is half full. */
static struct {
    char **slots;
    size_t size, used;
} table;

static size_t hash(const char *text)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32);
}

static char **find_slot(char **slots, size_t size, const char *text)
{
    size_t i = hash(text) & (size - 1);

    while (slots[i] && strcmp(slots[i], text) != 0)
        i = (i + 1) & (size - 1);
    return &slots[i];
}

static bool grow(void)
{
    size_t size = table.size ? 2 * table.size : 256;
    char **slots = calloc(size, sizeof(*slots));

    if (!slots)
        return false;
    for (size_t i = 0; i < table.size; i++)
        if (table.slots[i])
            *find_slot(slots, size, table.slots[i]) = table.slots[i];
    free(table.slots);
    table.slots = slots;
    table.size = size;
    return true;
}

static const char *intern(const char *text)
{
    char **slot;

    if (2 * table.used >= table.size && !grow())
        return "";
    slot = find_slot(table.slots, table.size, text);
    if (!*slot) {
        *slot = strdup(text);
        table.used++;
    }
    return *slot ? *slot : "";
}

/* The C locale: the decimal separator is a point whatever the user's language. */
static locale_t c_locale(void)
{
    static locale_t locale;

    if (!locale)
        locale = newlocale(LC_ALL_MASK, "C", NULL);
    return locale;
}

double lltfi_text_double(const char *text)
{
    return strtod_l(text, NULL, c_locale());
}

float lltfi_text_float(const char *text)
{
    return strtof_l(text, NULL, c_locale());
}

static uint64_t nearest_integer(double value)
{
    if (value < 0)
        return value <= -0x1p63 ? (uint64_t)INT64_MIN : (uint64_t)(int64_t)value;
    return value >= 0x1p64 ? UINT64_MAX : value == value ? (uint64_t)value : 0;
}

uint64_t lltfi_text_integer(const char *text)
{
    const char *digits = text + strspn(text, " \t\n+-");

    if (strpbrk(digits, ".eE") || *digits < '0' || *digits > '9')
        return nearest_integer(lltfi_text_double(text));
    return memchr(text, '-', (size_t)(digits - text)) ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
}

const char *lltfi_integer_text(uint64_t value, bool is_signed)
{
    char text[32];

    if (is_signed)
        snprintf(text, sizeof(text), "%" PRId64, (int64_t)value);
    else
        snprintf(text, sizeof(text), "%" PRIu64, value);
    return intern(text);
}

/* Whether the float of `precision` bits that is nearest to `text` is `value`. The neighbour below a power of two is
 * half as far away as the one above. */
static bool identifies(const char *text, double value, int precision)
{
    int exponent;
    double fraction = frexp(fabs(value), &exponent);

    if (precision == 53)
        return lltfi_text_double(text) == value;
    if (precision == 24)
        return (double)lltfi_text_float(text) == value;
    return fabs(lltfi_text_double(text) - value) < ldexp(1, exponent - precision - 1 - (fraction == 0.5));
}

/* Writes a number that is given by its decimal digits and exponent (of the first digit), as "%e" splits it: with a
 * decimal point or, if it is very large or small, an exponent. */
static void lay_out(char *to, size_t size, const char *sign, const char *digits, int n, int exponent)
{
    if (exponent < -4 || exponent >= 16)
        snprintf(to, size, "%s%c%s%.*se%c%02d", sign, digits[0], n > 1 ? "." : "", n - 1, digits + 1,
                 exponent < 0 ? '-' : '+', abs(exponent));
    else if (exponent < 0)
        snprintf(to, size, "%s0.%.*s%.*s", sign, -exponent - 1, "0000", n, digits);
    else if (n > exponent + 1)
        snprintf(to, size, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
    else
        snprintf(to, size, "%s%s%.*s.0", sign, digits, exponent + 1 - n, "0000000000000000");
}

/* Reads digits and exponent from "%e". The decimal separator depends on the language, so only digits are taken. */
static int split(const char *scientific, char *digits, int *exponent)
{
    const char *e = strchr(scientific, 'e');
    int n = 0;

    for (const char *c = scientific; c < e; c++)
        if (*c >= '0' && *c <= '9')
            digits[n++] = *c;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    *exponent = atoi(e + 1);
    return n;
}

const char *lltfi_float_text(double value, int precision)
{
    char scientific[64], digits[64], text[96];
    int length, exponent;

    if (isnan(value))
        return "NaN";
    if (isinf(value))
        return value < 0 ? "-INF" : "INF";
    for (int n = 1; n <= 17; n++) {
        snprintf(scientific, sizeof(scientific), "%.*e", n - 1, fabs(value));
        length = split(scientific, digits, &exponent);
        lay_out(text, sizeof(text), signbit(value) ? "-" : "", digits, length, exponent);
        if (value == 0 || identifies(text, value, precision))
            break;
    }
    return intern(text);
}
