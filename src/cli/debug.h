/* Options for work on LLTFI itself: the IR after a pass, and the time of each stage. */
#ifndef LLTFI_CLI_DEBUG_H
#define LLTFI_CLI_DEBUG_H

#include <glib.h>

/* Adds --verbose, --dump-after, --dump-only and --dump-dir. They take effect when the context has parsed them. */
void debug_add(GOptionContext *context);

#endif
