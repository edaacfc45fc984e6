/* What is worth keeping between runs of the tool, below the user's cache folder. */
#ifndef LLTFI_BASE_CACHE_H
#define LLTFI_BASE_CACHE_H

#include <glib.h>

/* "~/.cache/lltfi/KIND", made where it is missing. LLTFI_ERROR_RUN. The caller frees. */
char *cache_folder(const char *kind, GError **error);

#endif
