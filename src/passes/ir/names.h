/* Names of functions as users write them. */
#ifndef LLTFI_PASSES_IR_NAMES_H
#define LLTFI_PASSES_IR_NAMES_H

#include <glib.h>

/* A C++ symbol as in the source, without parameters and template arguments: "_ZN4math3addIiEEiii": "math::add". NULL:
 * it is not a C++ symbol. The caller frees. */
char *function_source_name(const char *symbol);

/* The same for tables and pictures; other symbols as they are. The caller frees. */
char *function_shown_name(const char *symbol);

/* Whether one of the names is this symbol, or its name in the source; "*" and "?" in a name match any letters. */
gboolean function_is_among(const char *symbol, const GPtrArray *names);

#endif
