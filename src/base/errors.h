/* One error domain: what went wrong decides the exit status, the message says what, where and what to do. */
#ifndef LLTFI_BASE_ERRORS_H
#define LLTFI_BASE_ERRORS_H

#include <glib.h>

#define LLTFI_ERROR (lltfi_error_quark())
GQuark lltfi_error_quark(void);

enum lltfi_error {
    LLTFI_ERROR_USAGE,       /* the command line: exit status 2 */
    LLTFI_ERROR_INPUT,       /* a file that is malformed or does not fit: exit status 1, as all below */
    LLTFI_ERROR_UNSUPPORTED, /* an operator, element type or form that this version does not know */
    LLTFI_ERROR_CONFIG,      /* YAML: file:line:column */
    LLTFI_ERROR_COMPILE,     /* LLVM refused */
    LLTFI_ERROR_RUN,         /* the golden run failed, a child could not be started... */
    LLTFI_ERROR_STORE        /* SQLite, full disk, a folder that holds something else */
};

/* g_set_error of this domain. Returns FALSE, so that `return set_error(...)` fails. */
gboolean set_error(GError **error, enum lltfi_error code, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* LLTFI_ERROR_RUN for a failed system call, with what errno says: "pipe: too many open files". Returns FALSE. */
gboolean system_error(GError **error, const char *what);

#endif
