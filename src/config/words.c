#include "config/words.h"

#include "base/errors.h"

#include <math.h>
#include <string.h>

/* Only this many characters of a word are compared and shown. */
#define LONGEST 60

/* The edit distance without case; keeps one row of the dynamic program's table. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[LONGEST + 1];
    size_t n = MIN(strlen(b), LONGEST);

    for (unsigned j = 0; j <= n; j++)
        row[j] = j;
    for (unsigned i = 1; i <= LONGEST && a[i - 1]; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= n; j++) {
            unsigned replaced = diagonal + (g_ascii_tolower(a[i - 1]) != g_ascii_tolower(b[j - 1]));

            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[n];
}

const char *nearest_word(const char *text, const char *const *candidates)
{
    unsigned best = (unsigned)MIN(strlen(text), LONGEST) / 3 + 2;
    const char *nearest = NULL;

    for (; *candidates; candidates++) {
        unsigned d = distance(text, *candidates);

        if (d < best && d < strlen(*candidates)) {
            best = d;
            nearest = *candidates;
        }
    }
    return nearest;
}

char *suggestion(const char *text, const char *const *candidates)
{
    const char *nearest = nearest_word(text, candidates);

    return nearest ? g_strdup_printf(" (did you mean '%s'?)", nearest) : g_strdup("");
}

char *shown(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *cut = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), LONGEST));

    for (char *c = cut; *c; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    return g_strconcat(cut, strlen(cut) < strlen(valid) ? "..." : "", NULL);
}

gboolean word_parse(const struct word *words, const char *text, int *value, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *meant = NULL, *list = NULL, *given = NULL;

    for (const struct word *word = words; word->text; word++) {
        if (g_ascii_strcasecmp(word->text, text) == 0) {
            *value = word->value;
            return TRUE;
        }
        if (!word->other)
            g_ptr_array_add(names, (gpointer)word->text);
    }
    g_ptr_array_add(names, NULL);
    given = shown(text);
    meant = suggestion(text, (const char *const *)names->pdata);
    list = g_strjoinv(", ", (char **)names->pdata);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is not known%s; allowed: %s", given, meant, list);
    return FALSE;
}

const char *word_text(const struct word *words, int value)
{
    while (words->text && words->value != value)
        words++;
    return words->text;
}

gboolean integer_parse(const char *text, int64_t low, int64_t high, int64_t *number, GError **error)
{
    g_autofree char *given = NULL;
    gint64 parsed;

    if (g_ascii_string_to_signed(text, 10, low, high, &parsed, NULL)) {
        *number = parsed;
        return TRUE;
    }
    given = shown(text);
    if (high == G_MAXINT64)
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is not a whole number from %" G_GINT64_FORMAT, given,
                    low);
    else
        g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE,
                    "'%s' is not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, given, low, high);
    return FALSE;
}

/* "a number", "a number from 0", "a number above 0", "a number from 0 to 1". */
static char *describe_range(double low, double high)
{
    g_autofree char *end = high < G_MAXDOUBLE ? g_strdup_printf(" to %g", high) : g_strdup("");

    if (low <= -G_MAXDOUBLE)
        return g_strdup("a number");
    return low > 0 && low <= G_MINDOUBLE ? g_strdup_printf("a number above 0%s", end)
                                         : g_strdup_printf("a number from %g%s", low, end);
}

gboolean number_parse(const char *text, double low, double high, double *number, GError **error)
{
    char *end;
    double parsed = g_ascii_strtod(text, &end);
    g_autofree char *given = NULL, *range = NULL;

    if (end != text && *end == '\0' && !g_ascii_isspace(*text) && isfinite(parsed) && parsed >= low && parsed <= high) {
        *number = parsed;
        return TRUE;
    }
    given = shown(text);
    range = describe_range(low, high);
    g_set_error(error, LLTFI_ERROR, LLTFI_ERROR_USAGE, "'%s' is not %s", given, range);
    return FALSE;
}
