/* Options for those who work on LLTFI itself: what the passes made, and how long each stage took. */
#ifndef LLTFI_CLI_DEBUG_H
#define LLTFI_CLI_DEBUG_H

#include <glib.h>

/* Adds --verbose, --dump-after, --dump-only and --dump-dir. They take effect when the context has parsed them. */
void debug_add(GOptionContext *context);

#endif
