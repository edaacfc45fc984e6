#include "config/campaign.h"
#include "config/words.h"

#include "base/errors.h"

#include <math.h>

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
