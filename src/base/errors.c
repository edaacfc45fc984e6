#include "base/errors.h"

#include <errno.h>
#include <stdarg.h>

G_DEFINE_QUARK(lltfi - error - quark, lltfi_error)

gboolean set_error(GError **error, enum lltfi_error code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(LLTFI_ERROR, (gint)code, format, arguments));
    va_end(arguments);
    return FALSE;
}

gboolean system_error(GError **error, const char *what)
{
    return set_error(error, LLTFI_ERROR_RUN, "%s: %s", what, g_strerror(errno));
}
