/* Long names shortened where they say least: "…/conv2d_1/BiasAdd", "vector<…>::at". */
#ifndef LLTFI_REPORT_ELIDE_H
#define LLTFI_REPORT_ELIDE_H

#include <glib.h>

/* Columns of a terminal that a text takes: characters, wide ones twice, combining ones not at all. */
int text_columns(const char *text);

/* The longest beginning or end of a text that takes at most `columns` columns. The caller frees. */
char *text_front(const char *text, int columns);
char *text_back(const char *text, int columns);

/*
 * A name in at most `columns` columns (at least 1). Arguments of templates and functions are left out first, then
 * leading components of a path or scope; what is still too long loses its middle. The caller frees.
 */
char *elide(const char *name, int columns);

/* The same for the names of one column, in place. Different names stay different where there is room for what
 * distinguishes them. */
void elide_all(char **names, guint n, int columns);

#endif
